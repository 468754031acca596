package sandbox

import (
	"cmp"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"fmt"
	"maps"
	"slices"

	"github.com/handback/handback/models"
)

// Statuses of sellers and shops, which TikTok writes as text.
const (
	statusPending     = "1"
	statusActive      = "2"
	statusDeactivated = "3"
)

// Shop is a shop that the consent page shows.
type Shop struct {
	Code    string // that Seller Center shows
	Name    string // made of the code when it is empty
	Region  string // ISO 3166-1 alpha-2
	Seller  string // whose shop it is; one seller's shops are consented to together. The code when it is empty
	Staff   bool   // whoever consents is not the shop's main owner
	Status  string // "1" pending, "2" active, "3" deactivated; active when it is empty
	Expired bool   // consenting to it takes so long that the code is good no more
	About   string // a sentence for whoever is to choose
}

// DemoShops show, in a store of the US, what can become of connecting.
var DemoShops = []Shop{
	{Code: "USLCDEMO1", Region: "US", About: "You are the main owner."},
	{Code: "USLCDEMO2", Region: "US", About: "You are the main owner."},
	{Code: "USLCDEMO3", Region: "US", Staff: true, About: "You are on its staff; the main owner is somebody else."},
	{Code: "GBLCDEMO4", Region: "GB", About: "You are the main owner. It sells in the United Kingdom."},
	{Code: "USLCDEMO5", Region: "US", Status: statusPending, About: "You are the main owner. It applied to sell on TikTok two days ago."},
	{Code: "USLCDEMO6", Region: "US", Expired: true, About: "You are the main owner. You allowed the connection yesterday."},
	{Code: "USLCDEMO7", Region: "US", About: "You are the main owner. Your other store sells through it."},
}

// TwoShops are those of one seller, who chooses one of them to connect.
var TwoShops = []Shop{
	{Code: "USLCDEMO8", Region: "US", Seller: "USLCDEMO8", About: "You are the main owner of both."},
	{Code: "USLCDEMO9", Region: "US", Seller: "USLCDEMO8"},
}

// FullName is the shop's name.
func (s Shop) FullName() string { return cmp.Or(s.Name, "TikTok Shop "+s.Code) }

// AuthorizationCode is one that stands for having consented to the shop, and may be used again. It is for tokens of this shop alone.
func (s Shop) AuthorizationCode() string {
	role := "owner"
	if s.Staff {
		role = "staff"
	}
	code := "sandbox:" + s.Region + ":" + role + ":" + s.Code
	switch {
	case s.Expired:
		return code + ":expired" // which no code says
	case s.Status == statusPending:
		return code + ":pending"
	case s.Status == statusDeactivated:
		return code + ":closed"
	}
	return code
}

// ShopsToTry are the demo's shops, for whoever is to choose one.
func ShopsToTry() (shops []models.SandboxShop) {
	for _, shop := range DemoShops {
		shops = append(shops, models.SandboxShop{
			Name: shop.FullName(), ExternalID: shop.Code, Region: shop.Region, About: shop.About, AuthorizationCode: shop.AuthorizationCode(),
		})
	}
	return shops
}

// shop is a shop with its id.
type shop struct {
	Shop

	ID        string
	Logistics Logistics
	cipher    string
}

func (s *Sandbox) addShops() {
	for _, o := range s.options.Shops {
		if s.world.Shops[idOfShop(o.Code)] == nil {
			s.world.addShop(o)
		}
	}
	s.commit(nil)
}

// addShop makes a shop, or changes the one with that code.
func (w *world) addShop(o Shop) *shop {
	added := &shop{Shop: o, ID: idOfShop(o.Code)}
	if earlier := w.Shops[added.ID]; earlier != nil {
		added.Logistics = earlier.Logistics
	}
	added.Name = o.FullName()
	added.Seller = cmp.Or(o.Seller, o.Code)
	added.Status = cmp.Or(o.Status, statusActive)
	w.Shops[added.ID] = added
	w.put("shop", added.ID, added)
	return added
}

// idOfShop is the same for a code everywhere.
func idOfShop(code string) string {
	sum := sha256.Sum256([]byte(code))
	return fmt.Sprintf("7495%015d", binary.BigEndian.Uint64(sum[:])%1_000_000_000_000_000)
}

// cipherOf names a shop in calls. It is no secret of the file's: the seed makes it.
func (w *world) cipherOf(s *shop) string {
	if s.cipher == "" {
		mac := hmac.New(sha256.New, []byte(w.Seed))
		mac.Write([]byte(s.ID))
		s.cipher = "GCP_" + base64.RawURLEncoding.EncodeToString(mac.Sum(nil)[:24])
	}
	return s.cipher
}

func (w *world) shopByCipher(cipher string) *shop {
	for _, found := range w.Shops {
		if w.cipherOf(found) == cipher {
			return found
		}
	}
	return nil
}

// shopsOf lists a seller's shops in the order of their codes.
func (w *world) shopsOf(seller string) []*shop {
	var shops []*shop
	for _, found := range w.Shops {
		if found.Seller == seller {
			shops = append(shops, found)
		}
	}
	slices.SortFunc(shops, func(a, b *shop) int { return cmp.Compare(a.Code, b.Code) })
	return shops
}

type object = map[string]any

func (c *call) shops() (any, *problem) {
	entries := []object{}
	for _, id := range c.authorization.Shops {
		s := c.world.Shops[id]
		entries = append(entries, object{
			"id": s.ID, "code": s.Code, "name": s.Name, "region": s.Region, "seller_type": "LOCAL", "cipher": c.world.cipherOf(s),
		})
	}
	return object{"shops": entries}, nil
}

func (c *call) sellerStatus() (any, *problem) {
	status, entries := statusActive, []object{}
	for _, s := range c.world.shopsOf(c.authorization.Seller) {
		if s.Status != statusActive {
			status = s.Status
		}
		entries = append(entries, object{"shop_id": s.ID, "shop_status": s.Status})
	}
	return object{"seller_status_data": object{
		"seller_status": status, "shop_statuses": entries, "tax_form_status": "2", "partner_channel": "3",
	}}, nil
}

func (c *call) deauthorize() (any, *problem) {
	c.endAuthorization(c.authorization, c.shop)
	return object{}, nil
}

// endAuthorization ends what lets the app into a shop. The seller's tokens are good as long as another shop is left; TikTok
// says it in a notification, also to the app that did it.
func (s *Sandbox) endAuthorization(of *authorization, ended *shop) {
	s.notify(ended, topicDeauthorized, object{"message": "The seller has deauthorized your app."})
	for _, key := range slices.Sorted(maps.Keys(s.world.Webhooks)) {
		if s.world.Webhooks[key].ShopID == ended.ID {
			delete(s.world.Webhooks, key)
			s.world.drop("webhook", key)
		}
	}
	of.Shops = slices.DeleteFunc(of.Shops, func(id string) bool { return id == ended.ID })
	if len(of.Shops) > 0 {
		s.world.put("authorization", of.Seller, of)
		return
	}
	delete(s.world.Authorizations, of.Seller)
	s.world.drop("authorization", of.Seller)
}

// Deauthorize ends the authorization from TikTok's side, as when the seller does so in Seller Center. It reports whether there
// was one.
func (s *Sandbox) Deauthorize(shopCode string) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	ended := s.world.Shops[idOfShop(shopCode)]
	if ended == nil {
		return false
	}
	of := s.world.Authorizations[ended.Seller]
	if of == nil || !of.isFor(ended.ID) {
		return false
	}
	s.endAuthorization(of, ended)
	s.commit(nil)
	return true
}
