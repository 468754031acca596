package db

import (
	"context"
	"encoding/json"
	"slices"
	"time"

	"gorm.io/gorm"
	"gorm.io/gorm/clause"

	"github.com/handback/handback/models"
)

// BeginConsent stores that the caller's browser is sent to TikTok's consent page. Of the state only a hash is kept. An error may
// be a refusal.
func (r *Repository) BeginConsent(ctx context.Context, caller models.Caller, request models.ConsentRequest) error {
	if refusal := request.RefuseReturnTo(); refusal != nil {
		return refusal
	}
	return r.writeStore(ctx, caller.Store.ID, func(tx session) error {
		if err := tx.lockStore(caller.Store.ID); err != nil {
			return err
		}
		own, err := tx.accountsToChange(caller.Store.ID)
		if err != nil {
			return err
		}
		if refusal := models.RefuseConsent(own, tx.transaction.use.On(r.Now())+models.ConnectionBytes, r.LedgerBudget); refusal != nil {
			return refusal
		}
		return tx.orm().Create(&authorizationState{
			StateHash: models.HashConsentSecret(request.State), StoreID: caller.Store.ID, CallerID: caller.ID,
			ActorKind: caller.Actor.Kind, ActorName: caller.Actor.Name, ReturnTo: request.ReturnTo, CreatedAt: r.Now(),
		}).Error
	})
}

// UseConsent says whose consent it is that a browser came back with, once. The error is a *models.ConsentOver when it is none, or
// none any more; what is known of it is returned all the same.
func (r *Repository) UseConsent(ctx context.Context, state models.Secret) (models.Consent, error) {
	hash := models.HashConsentSecret(state)
	return r.changeConsent(ctx, "state_hash", hash, func(tx session, row *authorizationState, _ *models.Consent) error {
		if over := row.times().OverWhenUsed(r.Now()); over != nil {
			return over
		}
		return tx.orm().Model(row).Update("used_at", r.Now()).Error
	})
}

// ShopChoices says which of the shops can be connected to the store.
func (r *Repository) ShopChoices(ctx context.Context, store models.Store, shops []models.Authorization) ([]models.ShopChoice, error) {
	holders := make([][]models.ShopHolder, len(shops))
	reads := make([]read, len(shops))
	for i, shop := range shops {
		reads[i] = selectAccountsToConnect.into(&holders[i], store.ID, shop.ShopCode, shop.ShopID)
	}
	if err := send(r.readerSession(ctx), reads...); err != nil {
		return nil, fault(err)
	}
	choices := make([]models.ShopChoice, len(shops))
	for i, shop := range shops {
		own, elsewhere := r.split(store, holders[i])
		choices[i] = models.NewShopChoice(store, shop, own, elsewhere)
	}
	return choices, nil
}

// OfferShops keeps the shops of a used consent, sealed, for as long as it lives: the seller chooses one of them with the secret.
func (r *Repository) OfferShops(ctx context.Context, consent models.Consent, choice models.Secret, shops []models.Authorization) error {
	sealed, err := r.Sealer.Seal(keptShops(shops), authorizationStatesTable, "shops", consent.ID)
	if err != nil {
		return err
	}
	hash := models.HashConsentSecret(choice)
	return r.write(ctx, "consent "+consent.ID, func(tx session) error {
		return tx.orm().Model(&authorizationState{StateHash: consent.ID}).Select("choice_hash", "shops").
			Updates(&authorizationState{ChoiceHash: &hash, Shops: sealed}).Error
	})
}

// OfferedShops returns the consent with the shops that can be chosen from. Its error is as UseConsent's.
func (r *Repository) OfferedShops(ctx context.Context, choice models.Secret) (models.Consent, error) {
	tx := r.readerSession(ctx)
	row, consent, err := tx.consent("choice_hash", models.HashConsentSecret(choice), func(db *gorm.DB) *gorm.DB { return db })
	if err == nil {
		err = r.openShops(row, &consent)
	}
	return consent, withoutUnchanged(err)
}

// ChooseShop is OfferedShops, once, for the shop of that code: a second one can be chosen with the same secret no more.
func (r *Repository) ChooseShop(ctx context.Context, choice models.Secret, shopCode string) (models.Consent, *models.Authorization, error) {
	var chosen *models.Authorization
	consent, err := r.changeConsent(ctx, "choice_hash", models.HashConsentSecret(choice), func(tx session, row *authorizationState, consent *models.Consent) error {
		if err := r.openShops(*row, consent); err != nil {
			return err
		}
		at := slices.IndexFunc(consent.Shops, func(shop models.Authorization) bool { return shop.ShopCode == shopCode })
		if at < 0 {
			return &models.ConsentOver{Outcome: models.ConsentUnknown}
		}
		chosen = &consent.Shops[at]
		now := r.Now()
		return tx.orm().Model(row).Select("shops", "chosen_at").Updates(&authorizationState{ChosenAt: &now}).Error
	})
	if err != nil {
		return consent, nil, err
	}
	return consent, chosen, nil
}

// ForgetConsents removes the consents whose time is over, with the tokens of those that were left open, and says how many there were.
func (r *Repository) ForgetConsents(ctx context.Context) (int64, error) {
	states := forgettable{&authorizationState{}, "state_hash", "created_at", "COALESCE(octet_length(shops), 0)"}
	return r.forget(ctx, states, clause.Lte{Column: "created_at", Value: r.Now().Add(-models.ConsentLife)})
}

const authorizationStatesTable = "tiktok_authorization_states"

// authorizationState is a row of the table.
type authorizationState struct {
	StateHash  string `gorm:"primaryKey"`
	StoreID    string
	CallerID   string
	ActorKind  models.ActorKind
	ActorName  string
	ReturnTo   string
	CreatedAt  time.Time
	UsedAt     *time.Time
	ChoiceHash *string
	Shops      []byte // a models.Sealed, which database/sql would not scan NULL into
	ChosenAt   *time.Time
}

// TableName implements schema.Tabler.
func (authorizationState) TableName() string { return authorizationStatesTable }

func (s authorizationState) times() models.ConsentTimes {
	return models.ConsentTimes{CreatedAt: s.CreatedAt, UsedAt: s.UsedAt, ChosenAt: s.ChosenAt}
}

// changeConsent changes the row that the hash is of, alone on it. Anybody can bring a hash that is of none, which takes nobody's turn to write.
func (r *Repository) changeConsent(ctx context.Context, column, hash string, change func(session, *authorizationState, *models.Consent) error) (models.Consent, error) {
	var known []authorizationState
	read := r.readerSession(ctx).alone(func(db *gorm.DB) *gorm.DB { return db.Select("state_hash").Where(column, hash).Limit(1).Find(&known) })
	switch {
	case read.Error != nil:
		return models.Consent{}, fault(read.Error)
	case len(known) == 0:
		return models.Consent{}, &models.ConsentOver{Outcome: models.ConsentUnknown}
	}
	var consent models.Consent
	err := r.write(ctx, "consent "+hash, func(tx session) error {
		row, found, err := tx.consent(column, hash, func(db *gorm.DB) *gorm.DB {
			return db.Clauses(clause.Locking{Strength: "UPDATE"})
		})
		if consent = found; err != nil {
			return err
		}
		return change(tx, &row, &consent)
	})
	return consent, err
}

// consent reads the row that the hash is of, and its store.
func (s session) consent(column, hash string, as func(*gorm.DB) *gorm.DB) (row authorizationState, consent models.Consent, err error) {
	found := s.alone(func(db *gorm.DB) *gorm.DB { return as(db).Where(column, hash).Limit(1).Find(&row) })
	switch {
	case found.Error != nil:
		return row, consent, found.Error
	case found.RowsAffected == 0:
		return row, consent, &models.ConsentOver{Outcome: models.ConsentUnknown}
	}
	var store models.Store
	err = s.alone(func(db *gorm.DB) *gorm.DB { return db.Where("id", row.StoreID).Limit(1).Find(&store) }).Error
	caller := models.Caller{Store: store, ID: row.CallerID, Actor: models.Actor{Kind: row.ActorKind, Name: row.ActorName}}
	return row, models.Consent{ID: row.StateHash, Caller: caller, ReturnTo: row.ReturnTo}, err
}

// openShops adds the shops to a consent of which one can be chosen.
func (r *Repository) openShops(row authorizationState, consent *models.Consent) error {
	if over := row.times().OverWhenChosen(r.Now()); over != nil {
		return over
	}
	opened, err := r.Sealer.Open(row.Shops, authorizationStatesTable, "shops", row.StateHash)
	if err == nil {
		consent.Shops, err = shopsKept(opened)
	}
	return err
}

// keptShop is a shop as it is sealed.
type keptShop struct {
	ShopID, ShopCode, ShopName, Region string
	Role                               models.ShopRole
	Seller                             models.SellerState

	AccessToken, RefreshToken, Cipher string
	AccessExpiresAt, RefreshExpiresAt time.Time
	Scopes                            []string
}

func keptShops(shops []models.Authorization) models.Secret {
	kept := make([]keptShop, len(shops))
	for i, shop := range shops {
		with := shop.Credentials
		kept[i] = keptShop{
			ShopID: shop.ShopID, ShopCode: shop.ShopCode, ShopName: shop.ShopName, Region: shop.Region, Role: shop.Role, Seller: shop.Seller,
			AccessToken: with.AccessToken.Reveal(), RefreshToken: with.RefreshToken.Reveal(), Cipher: with.Cipher.Reveal(),
			AccessExpiresAt: with.AccessExpiresAt, RefreshExpiresAt: with.RefreshExpiresAt, Scopes: with.Scopes,
		}
	}
	text, err := json.Marshal(kept)
	if err != nil {
		panic("db: texts and times are always JSON: " + err.Error())
	}
	return models.NewSecret(string(text))
}

func shopsKept(opened models.Secret) ([]models.Authorization, error) {
	var kept []keptShop
	if err := json.Unmarshal([]byte(opened.Reveal()), &kept); err != nil {
		return nil, err
	}
	shops := make([]models.Authorization, len(kept))
	for i, shop := range kept {
		shops[i] = models.Authorization{
			ShopID: shop.ShopID, ShopCode: shop.ShopCode, ShopName: shop.ShopName, Region: shop.Region, Role: shop.Role, Seller: shop.Seller,
			Credentials: models.TikTokCredentials{ShopID: shop.ShopID, Cipher: models.NewSecret(shop.Cipher), Credentials: models.Credentials{
				AccessToken: models.NewSecret(shop.AccessToken), RefreshToken: models.NewSecret(shop.RefreshToken),
				AccessExpiresAt: shop.AccessExpiresAt, RefreshExpiresAt: shop.RefreshExpiresAt, Scopes: shop.Scopes,
			}},
		}
	}
	return shops, nil
}
