package sandbox

import (
	"strings"
	"time"
)

const maxFeedbackMessage = 100 // characters

// feedback is what a channel tells the merchant in the admin.
type feedback struct {
	State    string
	At       time.Time
	Messages []string
}

// feedbackOf is feedback with the channel that gave it.
type feedbackOf struct {
	feedback
	channel *channel
}

// shownFeedback is what can be read back: ACCEPTED clears what was there.
func (c *channel) shownFeedback() any {
	if c.Feedback == nil || c.Feedback.State == "ACCEPTED" {
		return nil
	}
	return feedbackOf{*c.Feedback, c}
}

func feedbackTypes(types map[string]objectType) {
	messages := object("UserError", func(f feedbackOf) any {
		messages := []any{}
		for _, message := range f.Messages {
			messages = append(messages, userError{message: message})
		}
		return messages
	})
	messages.shape = list
	types["AppFeedback"] = objectType{fields: map[string]field{
		"state":               get(func(f feedbackOf) any { return f.State }),
		"feedbackGeneratedAt": get(func(f feedbackOf) any { return f.At.UTC().Format(time.RFC3339Nano) }),
		"messages":            messages,
		"channel":             object("Channel", func(f feedbackOf) any { return f.channel }),
		"app":                 object("App", func(feedbackOf) any { return appOf(appID) }),
	}}
	types["FeedbackUserError"] = userErrorType(true)
	types["FeedbackPayload"] = payloadType("feedback:AppFeedback", "userErrors:[FeedbackUserError]")
	addFields(types["Mutation"], map[string]field{
		"shopResourceFeedbackCreate": {of: "FeedbackPayload", args: []string{"input!"}, scopes: []string{"write_resource_feedbacks"}, resolve: createFeedback},
	})
}

// createFeedback takes feedback that is not older than what is there. The channel is required: without one the
// feedback would be the app's, which this program never gives.
func createFeedback(e *execution, _ any, args arguments) any {
	input := args.object("input")
	channelID, _ := parseGID("Channel", input["channelId"])
	c := e.world.Channels[channelID]
	if c == nil {
		return refuse("NOT_FOUND", "Channel not found", "input", "channelId")
	}
	text, _ := input.text("feedbackGeneratedAt")
	at, err := time.Parse(time.RFC3339Nano, text)
	switch {
	case err != nil:
		return apiError("INVALID_VARIABLE", "Variable $input of type ResourceFeedbackCreateInput! was provided invalid value for feedbackGeneratedAt")
	case at.After(e.now):
		return refuse("FEEDBACK_DATE_IN_FUTURE", "The feedback date cannot be set in the future.", "input", "feedbackGeneratedAt")
	case c.Feedback != nil && at.Before(c.Feedback.At):
		return refuse("OUTDATED_FEEDBACK", "The feedback for a later version of this resource was already accepted.", "input", "feedbackGeneratedAt")
	}
	f := feedback{At: at}
	f.State, _ = input.text("state")
	f.Messages = input.texts("messages")
	if refused := f.problem(); refused != nil {
		return refused
	}
	c.Feedback = &f
	e.world.putChannel(c)
	return done("feedback", c.shownFeedback())
}

func (f feedback) problem() payload {
	field := []string{"input", "messages"}
	switch {
	case f.State == "ACCEPTED" && len(f.Messages) > 0:
		return refuse("PRESENT", "Messages must be blank", field...)
	case f.State == "ACCEPTED":
		return nil
	case f.State != "REQUIRES_ACTION":
		return refuse("INVALID", "State is invalid", "input", "state")
	case len(f.Messages) == 0:
		return refuse("BLANK", "Messages can't be blank", field...)
	case len(f.Messages) > 1:
		return refuse("INVALID", "Only one message is allowed", field...)
	case len([]rune(f.Messages[0])) > maxFeedbackMessage || !strings.HasSuffix(f.Messages[0], "."):
		return refuse("INVALID", "Message must be at most 100 characters, and end in a full stop", append(field, "0")...)
	}
	return nil
}
