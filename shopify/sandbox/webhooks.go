package sandbox

import (
	"encoding/json"
	"net/url"
	"slices"
	"strings"
)

// webhook is a subscription the app made through the API. Those of its configuration are not listed.
type webhook struct {
	ID            int64
	Topic         string
	URI           string
	Format        string
	Filter        string
	Name          string
	IncludeFields []string
	Namespaces    []string
}

func (h *webhook) typeName() string { return "WebhookSubscription" }

// addWebhooks makes the subscriptions that the catalogue has before anything is connected, as if the app had made them
// when it was installed.
func (s *Sandbox) addWebhooks(w *world) {
	var topics []string // such as app/uninstalled
	if d := s.options.Catalogue.Definition("webhook.topics"); d != nil && d.Before != "" {
		_ = json.Unmarshal([]byte(d.Before), &topics) // of a setting that is a list of texts
	}
	for _, topic := range topics {
		w.putWebhook(&webhook{
			ID: w.nextID(), Topic: strings.ToUpper(strings.ReplaceAll(topic, "/", "_")), URI: firstWebhookURI, Format: "JSON",
			IncludeFields: []string{}, Namespaces: []string{},
		})
	}
}

const firstWebhookURI = "https://example.com/webhooks"

func (w *world) putWebhook(h *webhook) {
	w.Webhooks[h.ID] = h
	w.put("webhook", id(h.ID), h)
}

func webhookTypes(types map[string]objectType) {
	types["ApiVersion"] = objectType{fields: map[string]field{
		"handle":      get(func(version string) any { return version }),
		"displayName": get(func(version string) any { return version }),
		"supported":   get(func(string) any { return true }),
	}}
	types["WebhookSubscription"] = objectType{interfaces: []string{"Node"}, fields: map[string]field{
		"id":                  get(func(h *webhook) any { return gid("WebhookSubscription", h.ID) }),
		"topic":               get(func(h *webhook) any { return h.Topic }),
		"uri":                 get(func(h *webhook) any { return h.URI }),
		"format":              get(func(h *webhook) any { return h.Format }),
		"filter":              get(func(h *webhook) any { return orNull(h.Filter) }),
		"name":                get(func(h *webhook) any { return orNull(h.Name) }),
		"includeFields":       get(func(h *webhook) any { return h.IncludeFields }),
		"metafieldNamespaces": get(func(h *webhook) any { return h.Namespaces }),
		"apiVersion":          object("ApiVersion", func(*webhook) any { return webhookVersion }),
	}}
	types["WebhookCreatePayload"] = payloadType("webhookSubscription:WebhookSubscription", "userErrors:[UserError]")
	types["WebhookDeletePayload"] = payloadType("deletedWebhookSubscriptionId", "userErrors:[UserError]")
	addFields(types["QueryRoot"], map[string]field{
		"webhookSubscriptions": {of: "WebhookSubscription", shape: connection, nonNull: true, args: []string{"sortKey", "query", "topics", "uri", "format"}, resolve: webhooks},
		"webhookSubscription": {of: "WebhookSubscription", args: []string{"id!"}, resolve: func(e *execution, _ any, args arguments) any {
			return e.node("WebhookSubscription", args["id"])
		}},
	})
	addFields(types["Mutation"], map[string]field{
		"webhookSubscriptionCreate": {of: "WebhookCreatePayload", args: []string{"topic!", "webhookSubscription!"}, resolve: createWebhook},
		"webhookSubscriptionDelete": {of: "WebhookDeletePayload", args: []string{"id!"}, resolve: deleteWebhook},
	})
}

const webhookVersion = "2026-10"

func webhooks(e *execution, _ any, args arguments) any {
	topics := args.texts("topics")
	uri, byURI := args.text("uri")
	return pageOfTable(args, e.world.Webhooks, func(h *webhook) bool {
		return (len(topics) == 0 || slices.Contains(topics, h.Topic)) && (!byURI || uri == h.URI)
	})
}

func createWebhook(e *execution, _ any, args arguments) any {
	input := args.object("webhookSubscription")
	topic, _ := args.text("topic")
	h := &webhook{Topic: topic, Format: "JSON", IncludeFields: input.texts("includeFields"), Namespaces: input.texts("metafieldNamespaces")}
	h.URI, _ = input.text("uri")
	h.Filter, _ = input.text("filter")
	h.Name, _ = input.text("name")
	if format, ok := input.text("format"); ok {
		h.Format = format
	}
	field := []string{"webhookSubscription", "callbackUrl"} // whichever of the two members was given
	if address, err := url.Parse(h.URI); err != nil || !slices.Contains([]string{"https", "pubsub", "arn"}, address.Scheme) {
		return refuse("", "Address is invalid", field...)
	}
	if e.world.subscribed(h) {
		return refuse("", "Address for this topic has already been taken", field...)
	}
	h.ID = e.world.nextID()
	e.world.putWebhook(h)
	return done("webhookSubscription", h)
}

// subscribed reports whether there is such a subscription. Another filter makes another subscription.
func (w *world) subscribed(as *webhook) bool {
	for _, h := range w.Webhooks {
		if h.Topic == as.Topic && h.URI == as.URI && h.Format == as.Format && h.Filter == as.Filter {
			return true
		}
	}
	return false
}

func deleteWebhook(e *execution, _ any, args arguments) any {
	found := e.node("WebhookSubscription", args["id"])
	if problem, ok := found.(*graphQLError); ok {
		return problem
	}
	h, ok := found.(*webhook)
	if !ok {
		return refuse("", "Webhook subscription does not exist", "id")
	}
	delete(e.world.Webhooks, h.ID)
	e.world.drop("webhook", id(h.ID))
	return done("deletedWebhookSubscriptionId", gid("WebhookSubscription", h.ID))
}
