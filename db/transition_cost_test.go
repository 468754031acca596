package db_test

import (
	"errors"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/handback/handback/models"
)

// linkedStore is a store that has let the app in. What is to be in it is written there after the call that asks for it.
type linkedStore struct {
	seller models.Caller
	before *models.Observation // before connecting
	id     string              // of the transition that was begun last
	work   *models.TransitionWork
	writes []models.StoreWrite
}

// newLinkedStore registers a store that is still to be linked, with the settings of the program's own catalogue.
func (c *costed) newLinkedStore() *linkedStore {
	catalogue := models.DefaultCatalogue()
	store, err := c.RegisterStore(c.ctx, models.Registration{
		Store: models.Store{Domain: "linked.myshopify.com", Name: "Linked", Region: "US"}, Settings: catalogue.Before(),
	})
	require.NoError(c.t, err)
	before := models.Observation{
		Products:  map[string]bool{"gid://shopify/Product/7001": true, "gid://shopify/Product/7004": true},
		Locations: map[string]bool{"gid://shopify/Location/1001": true},
	}
	for _, setting := range catalogue.Before() {
		if catalogue.Definition(setting.Key).Source == models.SourceShopify {
			before.Settings = append(before.Settings, setting)
		}
	}
	return &linkedStore{seller: models.Caller{Store: store, Actor: store.Seller()}, before: &before}
}

// restored is the store as it was before connecting, as it is read now.
func (c *costed) restored() *models.Observation {
	now := *c.linked.before
	now.Begun, now.At = c.Now(), c.Now()
	return &now
}

// connected is the store as connecting leaves it.
func (c *costed) connected() *models.Observation {
	after := c.restored()
	after.Settings = nil
	for _, setting := range c.Catalogue.ConnectedIn(c.linked.before, *owner("linked")) {
		if c.Catalogue.Definition(setting.Key).Source == models.SourceShopify {
			after.Settings = append(after.Settings, setting)
		}
	}
	return after
}

// inStore makes the call with a key, so that it does not wait for the store.
func (c *costed) inStore(key string, call func(*costed) error) error {
	return c.keyedBy(c.linked.seller, key, call)
}

// lease takes the transition that was begun last.
func (c *costed) lease() (err error) {
	c.linked.work, err = c.LeaseTransition(c.ctx, c.linked.id, time.Minute)
	if err == nil && c.linked.work == nil {
		err = errors.New("there is nothing to do")
	}
	return err
}

func (c *costed) pending(left bool) (err error) {
	c.linked.writes, err = c.PendingWrites(c.ctx, c.linked.work, 50, 1)
	if err == nil && len(c.linked.writes) > 0 != left {
		err = errors.New("there are other writes")
	}
	return err
}

// save says that all writes are done.
func (c *costed) save() error {
	for i := range c.linked.writes {
		c.linked.writes[i].State = models.WriteDone
	}
	return c.SaveWrites(c.ctx, c.linked.work, c.linked.writes)
}

func (c *costed) beginConnecting() error {
	connected, err := c.ConnectTikTokShop(c.ctx, c.linked.seller, owner("linked"))
	if err == nil {
		c.linked.id = connected.Account.Transition.ID
	}
	return err
}

func (c *costed) beginDisconnecting() error {
	result, err := c.DisconnectTikTokShop(c.ctx, c.linked.seller, models.DisconnectRequest{Confirm: true})
	if err == nil {
		c.linked.id = result.Disconnection.ID
	}
	return err
}

func (c *costed) plan(observed *models.Observation) error {
	return c.PlanTransition(c.ctx, c.linked.work, observed)
}

func (c *costed) verify(observed *models.Observation) error {
	return c.VerifyTransition(c.ctx, c.linked.work, observed)
}

// shop is what TikTok says of the shop, with who ships.
func (c *costed) shop(mode string) *models.ShopObservation {
	return &models.ShopObservation{Begun: c.Now(), At: c.Now(), Values: map[string]models.Value{
		models.KeyDefaultWarehouse: `"1"`, models.KeyReturnWarehouse: `"2"`, models.KeyShippingTemplate: `"3"`, models.KeyShippingMode: models.Value(`"` + mode + `"`),
	}, Carriers: map[string]string{"USPS": "4"}}
}

// connectedWithShop is the store as connecting leaves it, when TikTok has answered.
func (c *costed) connectedWithShop() *models.Observation {
	observed := c.connected()
	observed.Shop = c.shop("TIKTOK")
	return observed
}

func (c *costed) reconcileShop(mode string) error {
	account, ok, err := c.ConnectedShop(c.ctx, c.linked.seller.Store)
	if err == nil && !ok {
		err = errors.New("no shop is connected")
	}
	if err != nil {
		return err
	}
	return c.ReconcileShop(c.ctx, account, c.shop(mode))
}

// block has the transition wait for a person.
func (c *costed) block() error {
	return c.PostponeTransition(c.ctx, c.linked.work, &models.PlatformError{Code: models.ShopifyAccessLost}, nil)
}

// transitionCosts are those of what is carried out in a store, one after the other.
var transitionCosts = []cost{
	{"link store", 5, func(c *costed) (err error) {
		c.Catalogue = models.DefaultCatalogue()
		c.linked.seller.Store, err = c.LinkStore(c.ctx, c.linked.seller.Store, nil)
		return err
	}},
	{"linked stores", 1, func(c *costed) error { return second(c.LinkedStores(c.ctx, "", 10)) }},
	{"connect in the store, with a key", 13, func(c *costed) error { return c.inStore("connect in the store", (*costed).beginConnecting) }},
	{"lease a connect", 11, (*costed).lease},
	{"extend a lease", 3, func(c *costed) error { return c.ExtendLease(c.ctx, c.linked.id, time.Minute) }},
	{"plan a connect", 19, func(c *costed) error { return c.plan(c.restored()) }},
	{"pending writes", 2, func(c *costed) error { return c.pending(true) }},
	{"save writes", 4, (*costed).save},
	{"pending writes, none left", 14, func(c *costed) error { return c.pending(false) }},
	{"verify a connect", 24, func(c *costed) error { return c.verify(c.connectedWithShop()) }},
	{"reconcile", 11, func(c *costed) error { return c.Reconcile(c.ctx, c.linked.seller.Store, c.connected()) }},
	{"reconcile, edited", 14, func(c *costed) error { return c.Reconcile(c.ctx, c.linked.seller.Store, c.restored()) }},
	{"reconcile shop", 7, func(c *costed) error { return c.reconcileShop("TIKTOK") }},
	{"reconcile shop, changed", 10, func(c *costed) error { return c.reconcileShop("SELLER") }},
	{"foresee an uninstalled app", 11, func(c *costed) error { return c.ForeseeUninstalled(c.ctx, c.linked.seller.Store) }},
	{"note an installation", 5, func(c *costed) error { return c.NoteInstallation(c.ctx, c.linked.seller.Store.ID) }},
	{"connected epoch", 4, func(c *costed) error {
		_, _, err := c.ConnectedEpoch(c.ctx, c.linked.seller)
		return err
	}},
	{"edit in the store, with a key", 17, func(c *costed) error {
		return c.inStore("edit in the store", func(c *costed) error {
			return second(c.UpdateSettings(c.ctx, c.linked.seller, []models.SettingInput{{Key: models.KeyAutoPublish, Value: "true"}}))
		})
	}},
	{"disconnect in the store, with a key", 18, func(c *costed) error { return c.inStore("disconnect in the store", (*costed).beginDisconnecting) }},
	{"lease a disconnect", 13, (*costed).lease},
	{"plan a disconnect", 30, func(c *costed) error { return c.plan(c.connected()) }},
	{"pending writes of a disconnect", 2, func(c *costed) error { return c.pending(true) }},
	{"postpone a disconnect, for a person", 5, (*costed).block},
	{"retry disconnection, with a key", 12, func(c *costed) error {
		return c.inStore("retry", func(c *costed) error { return second(c.RetryDisconnection(c.ctx, c.linked.seller, c.linked.id)) })
	}},
	{"lease a disconnect, again", 13, (*costed).lease},
	{"plan a disconnect, again", 17, func(c *costed) error { return c.plan(c.restored()) }},
	{"pending writes of a disconnect, none left", 14, func(c *costed) error { return c.pending(false) }},
	{"verify a disconnect, which differs", 19, func(c *costed) error { return c.verify(c.connected()) }},
	{"pending writes of a disconnect, again", 2, func(c *costed) error { return c.pending(true) }},
	{"save writes of a disconnect", 4, (*costed).save},
	{"pending writes of a disconnect, none left again", 14, func(c *costed) error { return c.pending(false) }},
	{"verify a disconnect", 24, func(c *costed) error { return c.verify(c.restored()) }},
	{"epoch closed", 1, func(c *costed) error {
		return second(c.EpochClosed(c.ctx, c.linked.seller.Store.ID, *c.linked.work.EpochID))
	}},
	{"finish revoking", 13, func(c *costed) error { return c.FinishRevoking(c.ctx, c.linked.work, models.AuthorizationRevoked) }},
	{"connect in the store again, with a key", 13, func(c *costed) error { return c.inStore("connect again", (*costed).beginConnecting) }},
	{"lease a connect, again", 11, (*costed).lease},
	{"fail a connect", 24, func(c *costed) error {
		return c.FailTransition(c.ctx, c.linked.work, &models.PlatformError{Code: models.ShopifyUnavailable})
	}},
	{"connect in the store a third time, with a key", 14, func(c *costed) error { return c.inStore("connect a third time", (*costed).beginConnecting) }},
	{"lease a connect, a third time", 11, (*costed).lease},
	{"plan a connect, a third time", 19, func(c *costed) error { return c.plan(c.restored()) }},
	{"end a lease", 3, func(c *costed) error { return c.EndLease(c.ctx, c.linked.id) }},
	{"disconnect while connecting, with a key", 17, func(c *costed) error { return c.inStore("disconnect while connecting", (*costed).beginDisconnecting) }},
	{"lease a disconnect while connecting", 13, (*costed).lease},
	{"postpone a disconnect while connecting", 5, (*costed).block},
	{"accept exceptions", 30, func(c *costed) error {
		return second(c.AcceptExceptions(c.ctx, c.linked.seller, c.linked.id, c.connected()))
	}},
	{"authorization stats", 1, func(c *costed) error { return second(c.AuthorizationStats(c.ctx)) }},
	{"credentials at TikTok", 1, func(c *costed) error { return second(c.TikTokCredentials(c.ctx, c.linked.work.Account.ID)) }},
	{"account of a shop", 1, func(c *costed) error {
		_, _, err := c.TikTokAccountOfShop(c.ctx, "shop")
		return err
	}},
	{"sweep transitions", 6, func(c *costed) error { return second(c.SweepTransitions(c.ctx)) }},
	{"job stats", 1, func(c *costed) error { return second(c.JobStats(c.ctx)) }},
}
