package store

import (
	"cmp"
	"fmt"
	"strings"
	"time"
)

// Warning is what a seller has to know before a disconnect.
type Warning struct {
	Code    string `json:"code"`
	Message string `json:"message"`
	Count   *int32 `json:"count"` // nil when nothing is counted
}

// Warnings says what disconnecting would do, which changes so much.
func (a Account) Warnings(caller Caller, changes []Changed) []Warning {
	count := int32(len(changes))
	list := append(make([]Warning, 0, 4), Warning{"SETTINGS_RESTORED", restored(a.OpenedAt, changes), &count})
	var edited []string
	for _, c := range changes {
		if c.Kind != "SYSTEM" {
			edited = append(edited, cmp.Or(titles()[c.Key], c.Key))
		}
	}
	if count := int32(len(edited)); count > 0 {
		list = append(list, Warning{"EDITED_SINCE_CONNECTING", lost(edited), &count})
	}
	return append(list,
		Warning{"ADS_UNAFFECTED", "TikTok for Business stays as it is: its accounts and ads settings are not touched.", nil},
		Warning{"ORDERS_MOVE_TO_SELLER_CENTER", "Fulfillment, cancellations, returns and refunds of " + a.Name +
			" are no longer done in Shopify, only in TikTok Seller Center: " + SellerCenter(caller.Region, a.Region) + ".", nil})
}

func restored(openedAt time.Time, changes []Changed) string {
	taken := openedAt.Format("2 January 2006, 15:04 UTC")
	if len(changes) == 0 {
		return "All settings are already as they were before TikTok Shop was connected (" + taken + ")."
	}
	var updated, added, removed int
	for _, c := range changes {
		switch c.Sort() {
		case "ADDED":
			added++
		case "REMOVED":
			removed++
		default:
			updated++
		}
	}
	words := "settings go back to what they were"
	if len(changes) == 1 {
		words = "setting goes back to what it was"
	}
	return fmt.Sprintf("%d %s before TikTok Shop was connected (%s): %d restored, %d re-created, %d removed.", len(changes), words, taken, updated, added, removed)
}

func lost(edited []string) string {
	list := strings.Join(edited[:min(5, len(edited))], ", ")
	if len(edited) > 5 {
		list += fmt.Sprintf(" and %d more", len(edited)-5)
	}
	words := "were"
	if len(edited) == 1 {
		words = "was"
	}
	return fmt.Sprintf("%d of them %s edited after connecting and will lose the edit; it stays readable in the record: %s.", len(edited), words, list)
}

// sellerCenters has the regions with a Seller Center of their own.
var sellerCenters = map[string]string{
	"US": "https://seller-us.tiktok.com",
	"GB": "https://seller-uk.tiktok.com",
	"VN": "https://seller-vn.tiktok.com",
	"TH": "https://seller-th.tiktok.com",
	"ID": "https://seller-id.tokopedia.com",
}

// SellerCenter is where orders of a shop are looked after once it is disconnected.
func SellerCenter(storeRegion, shopRegion string) string {
	if storeRegion == "US" && shopRegion == "MX" {
		return "https://seller-global.tiktok.com"
	}
	if url, ok := sellerCenters[shopRegion]; ok {
		return url
	}
	return "https://seller.tiktok.com"
}
