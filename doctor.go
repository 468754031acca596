package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"time"

	"github.com/handback/handback/cli"
	"github.com/handback/handback/db"
	"github.com/handback/handback/models"
	"github.com/handback/handback/tiktok"
	"github.com/handback/handback/web"
)

// checks are what doctor looks at. A configuration that is not understood is told by the first, and the others say that they know none.
var checks = []cli.Check{
	{Name: "configuration", Do: func(context.Context) (string, error) {
		c, err := readConfig()
		return c.mode() + ", on " + c.database(), err
	}},
	configured("database", config.checkDatabase),
	configured("keyset", config.checkKeysetOpens),
	configured("certificate keys", func(c config, _ context.Context) (string, error) {
		switch {
		case c.CertificateKeys == "" && c.sandboxed():
			return "the demo has its own", nil
		case c.CertificateKeys == "":
			return "", errors.New("HANDBACK_CERTIFICATE_KEYS is not set, so disconnects have no certificates: handback certificate-key prints a key")
		}
		return "good", nil
	}),
	configured("Shopify and the clock", func(c config, ctx context.Context) (string, error) {
		return c.reach(ctx, "https://"+web.ShopifyAdminHost)
	}),
	configured("TikTok and the clock", func(c config, ctx context.Context) (string, error) { return c.reach(ctx, tiktok.APIOrigin) }),
}

var errNotConfigured = errors.New("not looked at, because the configuration is not understood")

// configured is a check of what the environment says.
func configured(name string, do func(config, context.Context) (string, error)) cli.Check {
	return cli.Check{Name: name, Do: func(ctx context.Context) (string, error) {
		c, err := readConfig()
		if err != nil {
			return "", errNotConfigured
		}
		return do(c, ctx)
	}}
}

func (c config) checkDatabase(ctx context.Context) (string, error) {
	version, err := db.ReadSchemaVersion(ctx, c.DatabaseURL)
	if err == nil && version.Present != version.Target {
		err = errors.New(cli.SchemaText(version) + "\nhandback migrate up, or a start, brings an older one up to date")
	}
	return cli.SchemaText(version), err
}

func (c config) checkKeysetOpens(ctx context.Context) (string, error) {
	switch {
	case c.Keyset == "" && c.sandboxed():
		return "the demo has its own", nil
	case c.Keyset == "":
		return "", errors.New(cli.KeysetVariable + " is not set, so no store can be connected: handback keyset new prints one")
	}
	repository, err := c.openUnchanged(ctx)
	if err != nil {
		return "", err
	}
	defer repository.Close()
	return "opens all that is sealed", errors.Join(c.giveKeyset(repository), repository.CheckKeyset(ctx))
}

// mostClockSkew is how far the clock may be off: session tokens are good for a minute, and TikTok takes calls of five.
const mostClockSkew = 10 * time.Second

// reach asks a platform for nothing, and compares the time that it says with the clock of this machine.
func (c config) reach(ctx context.Context, origin string) (string, error) {
	if c.sandboxed() {
		return "a stand-in answers", nil
	}
	ctx, cancel := context.WithTimeout(ctx, healthcheckTime)
	defer cancel()
	request, err := http.NewRequestWithContext(ctx, http.MethodHead, origin, http.NoBody)
	if err != nil {
		return "", err
	}
	answer, err := http.DefaultTransport.RoundTrip(request)
	if err != nil {
		return "", fmt.Errorf("%s does not answer (%w): let the program reach it, by HTTPS_PROXY if need be", origin, innermost(err))
	}
	defer func() { _ = answer.Body.Close() }()
	said, err := http.ParseTime(answer.Header.Get("Date"))
	if err != nil {
		return origin + " answers, and does not say the time", nil
	}
	if off := time.Since(said).Round(time.Second); off.Abs() > mostClockSkew {
		return "", fmt.Errorf("the clock of this machine is %v off what %s says: set it right, as by NTP, or sign-in and calls fail", off, origin)
	}
	return origin + " answers, and has the same time", nil
}

// storeChecks are what doctor looks at of a store.
func storeChecks(domain string) []cli.Check {
	return []cli.Check{
		configured("access to the store", ofStore(domain, checkScopes)),
		configured("access to the shop", ofStore(domain, checkShop)),
	}
}

// ofStore is a check of a store, at platforms that are reached over the network.
func ofStore(domain string, check func(context.Context, *db.Repository, *platforms, models.Store) (string, error)) func(config, context.Context) (string, error) {
	return func(c config, ctx context.Context) (string, error) {
		if _, remote := c.remoteSandbox(); c.sandboxed() && !remote {
			return "a stand-in answers", nil
		}
		repository, err := c.openUnchanged(ctx)
		if err != nil {
			return "", err
		}
		defer repository.Close()
		store, err := repository.StoreByDomain(ctx, domain)
		if err == nil && store.ID == "" {
			err = models.ErrStoreNotFound
		}
		if err = errors.Join(err, c.giveKeyset(repository)); err != nil {
			return "", err
		}
		platforms, err := openPlatforms(c, repository, slog.New(slog.DiscardHandler))
		if err != nil {
			return "", err
		}
		defer func() { _ = platforms.close() }()
		return check(ctx, repository, platforms, store)
	}
}

func checkScopes(ctx context.Context, _ *db.Repository, platforms *platforms, store models.Store) (string, error) {
	lacking, err := platforms.stores.LacksScopes(ctx, store.Domain)
	if err != nil {
		return "", fmt.Errorf("the app is not let in by Shopify (%w): have the store's owner open the app in the Shopify admin", err)
	}
	if lacking != "" {
		return "", fmt.Errorf("the store has not granted %s: have its owner open the app in the Shopify admin and allow it", lacking)
	}
	return "Shopify lets the app in, with every permission", nil
}

func checkShop(ctx context.Context, repository *db.Repository, platforms *platforms, store models.Store) (string, error) {
	account, connected, err := repository.ConnectedShop(ctx, store)
	switch {
	case err != nil || !connected:
		return "no shop is connected", err
	case platforms.accounts == nil:
		return "", errors.New("TIKTOK_APP_KEY and TIKTOK_APP_SECRET are not set: set them, or the shop can neither be read nor let go")
	}
	authorized := false
	known, err := repository.TikTokCredentials(ctx, account.ID)
	if err == nil {
		authorized, err = platforms.accounts.Client().IsAuthorized(ctx, account.ID, known.ShopID)
	}
	if errors.Is(err, models.ErrAccessLost) || err == nil && !authorized {
		return "", errors.New("TikTok lets the app into " + account.Name + " no more: have its owner connect it again, or disconnect; the store goes back either way")
	}
	if err != nil {
		return "", fmt.Errorf("TikTok does not say whether the app is let into %s (%w): try again later", account.Name, err)
	}
	return "TikTok lets the app into " + account.Name, nil
}
