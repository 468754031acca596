package sandbox

// channel is the connection of a store to an account on a sales channel. Only those the app created are listed.
type channel struct {
	ID            int64
	Handle        string
	AccountID     string
	AccountName   string
	Specification string
	Feedback      *feedback // the latest
}

func (c *channel) typeName() string { return "Channel" }

// putChannel keeps what the file has of a channel up to date.
func (w *world) putChannel(c *channel) {
	w.Channels[c.ID] = c
	w.put("channel", id(c.ID), c)
}

func channelTypes(types map[string]objectType) {
	types["Channel"] = objectType{interfaces: []string{"Node"}, fields: map[string]field{
		"id":                  get(func(c *channel) any { return gid("Channel", c.ID) }),
		"handle":              get(func(c *channel) any { return c.Handle }),
		"name":                get(func(c *channel) any { return c.AccountName }),
		"accountId":           get(func(c *channel) any { return c.AccountID }),
		"accountName":         get(func(c *channel) any { return c.AccountName }),
		"specificationHandle": get(func(c *channel) any { return c.Specification }),
		"activeRegions":       get(func(*channel) any { return []string{region} }),
		"app":                 object("App", func(*channel) any { return appOf(appID) }),
		"resourceFeedback":    object("AppFeedback", func(c *channel) any { return c.shownFeedback() }),
	}}
	types["ChannelUserError"] = userErrorType(true)
	types["ChannelCreatePayload"] = payloadType("channel:Channel", "userErrors:[ChannelUserError]")
	types["ChannelDeletePayload"] = payloadType("deletedId", "userErrors:[ChannelUserError]")
	// The schema names no scopes for these. The guide to channels asks for read_product_listings.
	listings := []string{"read_product_listings"}
	addFields(types["QueryRoot"], map[string]field{
		"channels": {of: "Channel", shape: connection, nonNull: true, resolve: func(e *execution, _ any, args arguments) any {
			return pageOfTable(args, e.world.Channels, all)
		}},
		"channel":         {of: "Channel", args: []string{"id!"}, resolve: func(e *execution, _ any, args arguments) any { return e.node("Channel", args["id"]) }},
		"channelByHandle": {of: "Channel", args: []string{"handle!"}, resolve: channelByHandle},
	})
	addFields(types["Mutation"], map[string]field{
		"channelCreate": {of: "ChannelCreatePayload", args: []string{"input!"}, scopes: listings, resolve: createChannel},
		"channelDelete": {of: "ChannelDeletePayload", args: []string{"id!"}, scopes: listings, resolve: deleteChannel},
	})
}

func channelByHandle(e *execution, _ any, args arguments) any {
	handle, _ := args.text("handle")
	return orNil(e.world.channelByHandle(handle))
}

func (w *world) channelByHandle(handle string) *channel {
	for _, c := range w.Channels {
		if c.Handle == handle {
			return c
		}
	}
	return nil
}

// channelsOf lists a publication's channels: the one it came with, or else all that the app has.
func channelsOf(e *execution, parent any, args arguments) any {
	p := parent.(*publication)
	return pageOfTable(args, e.world.Channels, func(c *channel) bool {
		return p.AppID == appID && (p.ChannelID == 0 || p.ChannelID == c.ID)
	})
}

// createChannel makes a channel. A handle that is taken is not documented; it is refused as invalid.
func createChannel(e *execution, _ any, args arguments) any {
	input := args.object("input")
	c := &channel{}
	c.AccountID, _ = input.text("accountId")
	c.AccountName, _ = input.text("accountName")
	c.Specification, _ = input.text("specificationHandle")
	for member, value := range map[string]string{"accountId": c.AccountID, "accountName": c.AccountName, "specificationHandle": c.Specification} {
		if value == "" {
			return refuse("INVALID", "can't be blank", "input", member)
		}
	}
	c.ID = e.world.nextID()
	if handle, ok := input.text("handle"); ok {
		c.Handle = handle
	} else {
		c.Handle = "channel-" + id(c.ID)
	}
	if e.world.channelByHandle(c.Handle) != nil {
		return refuse("INVALID", "Handle has already been taken", "input", "handle")
	}
	e.world.putChannel(c)
	if e.sandbox.options.ChannelPublications {
		p := e.sandbox.addPublication(e.world)
		p.ChannelID = c.ID
		e.world.putPublication(p)
	}
	return done("channel", c)
}

func deleteChannel(e *execution, _ any, args arguments) any {
	found := e.node("Channel", args["id"])
	if problem, ok := found.(*graphQLError); ok {
		return problem
	}
	c, ok := found.(*channel)
	if !ok {
		return refuse("NOT_FOUND", "Channel not found", "id")
	}
	delete(e.world.Channels, c.ID)
	e.world.drop("channel", id(c.ID))
	for _, publicationID := range sortedIDs(e.world.Publications, false) {
		if e.world.Publications[publicationID].ChannelID == c.ID {
			e.world.dropPublication(publicationID)
		}
	}
	return done("deletedId", gid("Channel", c.ID))
}
