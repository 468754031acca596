package main

import (
	"context"
	"log/slog"
	"net/http"

	"github.com/handback/handback/db"
	"github.com/handback/handback/jobs"
	"github.com/handback/handback/shopify"
	"github.com/handback/handback/shopify/sandbox"
	"github.com/handback/handback/standin"
	"github.com/handback/handback/tiktok"
	tiktoksandbox "github.com/handback/handback/tiktok/sandbox"
	"github.com/handback/handback/webhooks"
)

// Where the platforms send what happens, below the address that WEBHOOK_URL ends with.
const (
	webhookRoot    = "/webhooks"
	shopifyWebhook = "/shopify"
	tikTokWebhook  = "/tiktok"
)

// listeners take what the platforms send; nil where the app has no credentials to know its signature by.
type listeners struct {
	shopify, tikTok http.Handler
	ready           chan struct{} // is closed when they are there
}

// listen begins to take what the platforms send.
func (p *platforms) listen(repository *db.Repository, w ways) {
	if w.secret != "" {
		p.listeners.shopify = webhooks.New(shopify.Notifications{Secret: w.secret, Former: w.former}, repository, repository.Now, p.log)
	}
	notifications := &jobs.Notifications{Repository: repository, Stores: p.stores, TikTok: p.tikTok, Log: p.log}
	if p.accounts != nil {
		from := tiktok.Notifications{AppKey: w.tikTok.AppKey, AppSecret: w.tikTok.AppSecret.Reveal()}
		p.listeners.tikTok = webhooks.New(from, repository, repository.Now, p.log)
		notifications.Watch = tiktok.Watch{Client: p.accounts.Client(), Address: w.webhook}
	}
	p.transitions.Notifications = notifications
	close(p.listeners.ready)
}

// eventSender sends events to partners' endpoints: on the demo store also to those on this machine.
func eventSender(config config, repository *db.Repository, log *slog.Logger) *jobs.Webhooks {
	sender := webhooks.NewSender(webhooks.SenderOptions{Local: config.demo(), Now: repository.Now})
	return &jobs.Webhooks{Repository: repository, Sender: sender, Log: log}
}

// handlers are those of the platforms' addresses.
func (l *listeners) handlers() map[string]http.Handler {
	handlers := map[string]http.Handler{webhookRoot + "/": http.NotFoundHandler()}
	if l.shopify != nil {
		handlers[webhookRoot+shopifyWebhook] = l.shopify
	}
	if l.tikTok != nil {
		handlers[webhookRoot+tikTokWebhook] = l.tikTok
	}
	return handlers
}

// deliverShopify takes what the stand-in for Shopify sends to the handler within this process, whatever address it is sent to.
func (l *listeners) deliverShopify(ctx context.Context, notification sandbox.Notification) error {
	if err := l.await(ctx); err != nil {
		return err
	}
	return sandbox.Post(&http.Client{Transport: standin.Transport(l.shopify)})(ctx, notification)
}

// deliverTikTok does so with what the stand-in for TikTok sends.
func (l *listeners) deliverTikTok(ctx context.Context, notification tiktoksandbox.Notification) error {
	if err := l.await(ctx); err != nil {
		return err
	}
	return tiktoksandbox.Post(&http.Client{Transport: standin.Transport(l.tikTok)})(ctx, notification)
}

// await waits until there are handlers: what a stand-in had to send when the program ended it sends when it is opened.
func (l *listeners) await(ctx context.Context) error {
	select {
	case <-l.ready:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}
