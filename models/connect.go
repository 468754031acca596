package models

import (
	"encoding/json"
	"errors"
	"regexp"
	"slices"
	"strings"
	"time"
)

// Authorization is what TikTok says an authorization code stands for: a shop, and the person who allowed the
// connection.
type Authorization struct {
	ShopID   string // TikTok's id of the shop
	ShopCode string // that Seller Center shows
	ShopName string
	Region   string // ISO 3166-1 alpha-2
	Role     ShopRole
	Seller   SellerState

	Credentials TikTokCredentials // the zero ones where none are kept
}

// ShopRole is a person's role in a shop.
type ShopRole string

// The roles.
const (
	ShopOwner ShopRole = "OWNER" // the main owner; there is one
	ShopStaff ShopRole = "STAFF" // staff and admin roles
)

// SellerState says whether TikTok lets the shop sell.
type SellerState string

// The states of a seller.
const (
	SellerActive  SellerState = "ACTIVE"
	SellerPending SellerState = "PENDING" // not approved yet
	SellerClosed  SellerState = "CLOSED"
)

// SandboxShop is a made-up shop to try connecting with.
type SandboxShop struct {
	Name              string
	ExternalID        string // the shop code
	Region            string // ISO 3166-1 alpha-2
	About             string // a sentence for the seller
	AuthorizationCode string
}

// ConnectTikTokShopErrorCode says why connectTikTokShop refuses.
type ConnectTikTokShopErrorCode string

// The codes of connectTikTokShop's refusals.
const (
	AuthorizationInvalid ConnectTikTokShopErrorCode = "AUTHORIZATION_INVALID"
	OwnerRequired        ConnectTikTokShopErrorCode = "OWNER_REQUIRED"
	SellerNotActive      ConnectTikTokShopErrorCode = "SELLER_NOT_ACTIVE"
	RegionMismatch       ConnectTikTokShopErrorCode = "REGION_MISMATCH"
	AlreadyConnected     ConnectTikTokShopErrorCode = "ALREADY_CONNECTED"
	AccountInUse         ConnectTikTokShopErrorCode = "ACCOUNT_IN_USE"

	RestorationInProgress ConnectTikTokShopErrorCode = "RESTORATION_IN_PROGRESS"
	ConnectScopeMissing   ConnectTikTokShopErrorCode = "SHOPIFY_SCOPE_MISSING"
	ConnectShopifyAway    ConnectTikTokShopErrorCode = "SHOPIFY_UNAVAILABLE"
	ConnectTikTokAway     ConnectTikTokShopErrorCode = "TIKTOK_UNAVAILABLE"
	ConnectDailyLimit     ConnectTikTokShopErrorCode = "DAILY_LIMIT_REACHED"
)

// Connecting is what connecting a shop does: the account as it will be, with the epoch that opens, and the changes
// made to settings.
type Connecting struct {
	Account *Account
	Changes []SettingChange
}

// ConnectTikTokShopResult is what connectTikTokShop has done.
type ConnectTikTokShopResult struct {
	Account  *Account
	Changes  []SettingChange
	Overview *Overview // as connecting leaves it, with accounts that lack details
}

// authorizationCodes are what TikTok's codes may look like: it does not say, and the ones that are known are longer.
var authorizationCodes = regexp.MustCompile(`^[A-Za-z0-9_.:-]{16,1000}$`)

// MayBeAuthorizationCode reports whether TikTok needs to be asked what the code stands for: what looks like none stands for nothing.
func MayBeAuthorizationCode(code string) bool { return authorizationCodes.MatchString(code) }

// RefuseAuthorization says why the shop cannot be connected to the store, whatever is connected already. A nil
// authorization stands for a code TikTok does not know. (TikTok Seller University: only the shop's main owner may
// connect; store and shop must be of one region; the seller must be active.)
func RefuseAuthorization(store Store, authorization *Authorization) *ConnectTikTokShopUserError {
	const field = "authorizationCode"
	switch {
	case authorization == nil:
		return refuse(AuthorizationInvalid, "TikTok does not know this authorization code. It may have been used, or be over 30 minutes old: start connecting again.", field)
	case authorization.Role != ShopOwner:
		return refuse(OwnerRequired, "Only the main owner of "+authorization.ShopName+" may connect it; staff and admin roles may not. Ask the owner to connect it.", field)
	case authorization.Seller == SellerClosed:
		return refuse(SellerNotActive, "TikTok has closed "+authorization.ShopName+". TikTok Seller Center says why; connect another shop.", field)
	case authorization.Seller != SellerActive:
		return refuse(SellerNotActive, "TikTok has not approved "+authorization.ShopName+" yet. TikTok Seller Center says what is missing: then connect again.", field)
	case authorization.Region != store.Region:
		return refuse(RegionMismatch, "The shop sells in "+authorization.Region+" and the store in "+store.Region+"; both must be of one region. Connect a shop of the store's region.", field)
	}
	return nil
}

// RefuseWithoutAccess says that a store cannot be connected because of what hinders the app at Shopify; nil when nothing does.
func RefuseWithoutAccess(problem *PlatformError) *ConnectTikTokShopUserError {
	switch {
	case problem == nil:
		return nil
	case problem.Code == ShopifyScopeMissing:
		return refuse(ConnectScopeMissing, "The app lacks the permission to "+permissionTo(splitScopes(problem.Detail))+" in the store. Open the app in Shopify's admin and allow it.")
	case problem.Code == ShopifyAccessLost:
		return refuse(ConnectShopifyAway, "Shopify does not let the app into the store. Open the app in Shopify's admin, then try again.")
	case problem.Code == TikTokUnavailable && problem.Detail != "":
		return refuse(ConnectTikTokAway, problem.Detail)
	case problem.Code == TikTokUnavailable:
		return refuse(ConnectTikTokAway, "TikTok does not answer at the moment. Nothing was done; try again later.")
	}
	return refuse(ConnectShopifyAway, "Shopify does not answer at the moment. Nothing was done; try again later.")
}

// RefuseUnanswered makes the refusal of connectTikTokShop of a *PlatformError. Another error stays as it is.
func RefuseUnanswered(err error) error {
	if problem, ok := errors.AsType[*PlatformError](err); ok {
		return RefuseWithoutAccess(problem)
	}
	return err
}

// RefuseFailedConnect says why connecting the account has ended after it was begun, which is undone.
func RefuseFailedConnect(account *Account, connect Transition) *ConnectTikTokShopUserError {
	code := ConnectShopifyAway
	if connect.ProblemCode == ShopifyScopeMissing {
		code = ConnectScopeMissing
	}
	return refuse(code, "Connecting "+account.Name+" has failed, and is undone. "+connect.problem(account).Message)
}

// PickShop picks the shop to connect where nobody can be asked: the only one, or the only one that can be connected. Where none can,
// it is one that will be refused.
func PickShop(choices []ShopChoice) (*Authorization, *ConnectTikTokShopUserError) {
	if shop := ShopToConnect(choices); shop != nil {
		return shop, nil
	}
	if slices.ContainsFunc(choices, func(choice ShopChoice) bool { return choice.Refusal == nil }) {
		return nil, refuse(AuthorizationInvalid, "You have allowed the connection for several shops. Start connecting in the app, where you can choose one of them.", "authorizationCode")
	}
	return &choices[0].Authorization, nil
}

// ShopHolder is an account that is in the way of connecting a shop, or whose shop is to be connected again.
type ShopHolder struct {
	Account Account `gorm:"embedded"`
	// Revoking is the disconnect that still has to end the shop's authorization, "" when there is none; a process may be at it until
	// RevokedUntil.
	Revoking     string
	RevokedUntil *time.Time
}

// IsBeingRevoked reports whether a process may be ending the authorization now.
func (h ShopHolder) IsBeingRevoked(now time.Time) bool {
	return h.Revoking != "" && h.RevokedUntil != nil && now.Before(*h.RevokedUntil)
}

// RefuseWhileRevoking says that a shop cannot be connected while the authorization that it was connected with before is being ended,
// which might end the new one, too. holders are accounts of the shop.
func RefuseWhileRevoking(store Store, holders []ShopHolder, now time.Time) *ConnectTikTokShopUserError {
	for _, holder := range holders {
		switch {
		case !holder.IsBeingRevoked(now):
		case holder.Account.StoreID == store.ID:
			return refuse(RestorationInProgress, "The authorization of "+holder.Account.Name+" is being ended after it was disconnected. Try again in a minute.")
		default:
			return refuse(AccountInUse, "This shop is being disconnected from another store. Try again in a minute.", "authorizationCode")
		}
	}
	return nil
}

// RefuseConnecting says why a shop that could be connected cannot be now. own are the store's accounts,
// elsewhere those of other stores that are connected to the shop.
func RefuseConnecting(own, elsewhere []*Account) *ConnectTikTokShopUserError {
	for _, account := range own {
		switch account.Status {
		case AccountDisconnecting:
			return refuseWhileRestoring(account)
		case AccountConnecting:
			return refuse(AlreadyConnected, account.Name+" ("+account.ExternalID+") is being connected. Disconnect it first.")
		}
	}
	if connected := connectedShop(own); connected != nil {
		return refuse(AlreadyConnected, "The store is connected to "+connected.Name+" ("+connected.ExternalID+"). Disconnect it first.")
	}
	if len(elsewhere) > 0 {
		return refuse(AccountInUse, "This shop is connected to another store. Disconnect it there first.", "authorizationCode")
	}
	return nil
}

// refuseWhileRestoring says what the end of the restoration waits for.
func refuseWhileRestoring(account *Account) *ConnectTikTokShopUserError {
	restoring := "The store is being given back after " + account.Name + " was disconnected"
	if account.Transition == nil || account.Transition.Phase != PhaseBlocked {
		return refuse(RestorationInProgress, restoring+". Wait until that is done.")
	}
	problem := account.Transition.problem(account)
	message := restoring + ", and that does not go on until somebody has put something right. " + problem.Message
	if problem.URL != nil {
		message += " " + *problem.URL
	}
	return refuse(RestorationInProgress, message)
}

// AccountToConnect returns the store's account for the shop: the one that was connected before, so that it keeps
// its id, or the fresh one.
func AccountToConnect(own []*Account, authorization Authorization, fresh Account) *Account {
	for _, account := range own {
		if account.Kind == TikTokShop && account.ExternalID == authorization.ShopCode {
			return account
		}
	}
	return &fresh
}

// Connect works out what connecting does. account, the earlier one when the shop was connected before, and its epoch, which
// is new, carry their ids. settings are those outside the ads scope.
func Connect(catalogue Catalogue, authorization Authorization, account *Account, settings []Setting, now time.Time) Connecting {
	account.Name, account.ExternalID, account.Region = authorization.ShopName, authorization.ShopCode, authorization.Region
	account.Status, account.ConnectedAt, account.DisconnectedAt = AccountConnected, now, nil
	account.ShopifyProblem, account.ShopifyProblemDetail, account.TikTokProblem = "", "", ""
	account.EpochID = &account.Epoch.ID

	snapshot := TakeSnapshot(settings, now)
	account.Epoch.AccountID, account.Epoch.OpenedAt = account.ID, now
	account.Epoch.record(snapshot)
	return Connecting{Account: account, Changes: ChangesTo(settings, catalogue.connected(authorization))}
}

// BeginConnecting makes the account what it is while the store is written to.
func (a *Account) BeginConnecting(authorization Authorization, now time.Time) {
	a.Name, a.ExternalID, a.Region = authorization.ShopName, authorization.ShopCode, authorization.Region
	a.Status, a.ConnectedAt, a.DisconnectedAt, a.EpochID = AccountConnecting, now, nil, nil
	a.ShopifyProblem, a.ShopifyProblemDetail, a.TikTokProblem = "", "", ""
}

// NewEpoch starts an epoch with its snapshot.
func NewEpoch(id string, account *Account, settings []Setting, salt []byte, now time.Time) *Epoch {
	epoch := &Epoch{ID: id, StoreID: account.StoreID, AccountID: account.ID, OpenedAt: now, PreviewSalt: salt}
	epoch.record(TakeSnapshot(settings, now))
	return epoch
}

// Authorization is what the account knows of the one that it was connected with.
func (a *Account) Authorization() Authorization {
	return Authorization{ShopCode: a.ExternalID, ShopName: a.Name, Region: a.Region}
}

// connected returns the settings the integration needs.
func (c Catalogue) connected(authorization Authorization) []SnapshotSetting {
	wanted := make([]SnapshotSetting, 0, len(c))
	said := placeholders(authorization)
	for _, d := range c {
		if d.Connected != "" && d.Scope != ScopeAds {
			wanted = append(wanted, SnapshotSetting{Key: d.Key, Scope: d.Scope, Value: fill(d.Connected, said)})
		}
	}
	return wanted
}

// placeholders has a value say what TikTok said about the shop where it has a placeholder.
func placeholders(authorization Authorization) *strings.Replacer {
	return strings.NewReplacer("{shopCode}", inString(authorization.ShopCode), "{shopName}", inString(authorization.ShopName), "{region}", inString(authorization.Region))
}

// fill puts what TikTok said about the shop into the places a value keeps for it.
func fill(value Value, said *strings.Replacer) Value {
	text := said.Replace(string(value))
	if text == string(value) {
		return value
	}
	filled, err := ParseValue([]byte(text)) // the members may be in another order now
	if err != nil {
		panic("models: text inside a JSON string leaves it JSON: " + err.Error())
	}
	return filled
}

// inString writes text as it stands inside a JSON string.
func inString(text string) string {
	value, err := NewValue(text)
	if err != nil {
		panic("models: a string is always JSON: " + err.Error())
	}
	return string(value[1 : len(value)-1])
}

func (e *Epoch) record(snapshot Snapshot) {
	var document strings.Builder
	encoder := json.NewEncoder(&document)
	encoder.SetEscapeHTML(false) // which would make six characters of one
	if err := encoder.Encode(snapshot.Settings); err != nil {
		panic("models: a snapshot is always JSON: " + err.Error())
	}
	e.Snapshot, e.SnapshotDigest = strings.TrimSuffix(document.String(), "\n"), snapshot.Digest
}
