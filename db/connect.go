package db

import (
	"cmp"
	"context"
	"slices"
	"time"

	"gorm.io/gorm"
	"gorm.io/gorm/clause"

	"github.com/handback/handback/models"
)

// ConnectTikTokShop links the shop that the authorization is for: it records the snapshot, then writes the
// settings the integration needs. authorization is nil when TikTok does not know the code. An error means that nothing
// was done, unless it is models.ErrOutcomeUnknown; it may be a refusal.
func (r *Repository) ConnectTikTokShop(ctx context.Context, caller models.Caller, authorization *models.Authorization) (*models.ConnectTikTokShopResult, error) {
	if refusal := models.RefuseAuthorization(caller.Store, authorization); refusal != nil {
		return nil, refusal
	}
	result, err := writeStoreResult(ctx, r, caller.Store.ID, func(tx session) (*models.ConnectTikTokShopResult, error) {
		return r.connect(tx, caller, *authorization)
	})
	if isAlreadyConnected(err) && !authorization.Credentials.AccessToken.IsEmpty() {
		if err := r.keepLaterConsent(ctx, caller.Store, *authorization); err != nil {
			return nil, err
		}
	}
	if err != nil || result.Account.Transition == nil || onceOf(ctx) != nil {
		return result, err
	}
	return r.connectedSince(ctx, caller, result)
}

// isAlreadyConnected reports whether connecting was refused because a shop is connected, or is being connected.
func isAlreadyConnected(err error) bool {
	return slices.ContainsFunc(models.RefusalsIn[models.ConnectTikTokShopErrorCode](err), func(refusal models.ConnectTikTokShopUserError) bool {
		return refusal.Code == models.AlreadyConnected
	})
}

// ReadyToConnect says, before an authorization code is spent, why the store cannot be connected to any shop. It may be a refusal.
func (r *Repository) ReadyToConnect(ctx context.Context, caller models.Caller) error {
	tx, done := r.reading(ctx)
	defer done()
	holders, err := selectAccountsToConnect.all(tx, caller.Store.ID, "", "")
	if err != nil {
		return fault(err)
	}
	refusal, err := r.refuseAnyShop(tx, caller.Store, holders)
	if refusal != nil {
		return refusal
	}
	return fault(err)
}

// PreviewConnect works out what connecting a shop would do to the settings, and why none can be connected.
func (r *Repository) PreviewConnect(ctx context.Context, caller models.Caller) (*models.ConnectPreview, error) {
	tx, done := r.reading(ctx)
	defer done()
	var holders []models.ShopHolder
	var settings []models.Setting
	err := send(tx, selectAccountsToConnect.into(&holders, caller.Store.ID, "", ""),
		selectSettings.into(&settings, caller.Store.ID, "", "", models.ShortValues.Longest()))
	if err != nil {
		return nil, fault(err)
	}
	refusal, err := r.refuseAnyShop(tx, caller.Store, holders)
	if err != nil {
		return nil, fault(err)
	}
	return r.Catalogue.NewConnectPreview(refusal, settings), nil
}

// refuseAnyShop says why the store cannot be connected to a shop, whichever it is; nil when it can.
func (r *Repository) refuseAnyShop(tx session, store models.Store, holders []models.ShopHolder) (*models.ConnectTikTokShopUserError, error) {
	own, _ := r.split(store, holders)
	if err := tx.attachRestoration(own); err != nil {
		return nil, err
	}
	if refusal := models.RefuseConnecting(own, nil); refusal != nil {
		return refusal, nil
	}
	use, err := tx.dailyUse(store.ID)
	if err != nil {
		return nil, err
	}
	now := r.Now()
	return cmp.Or(models.RefuseToday(models.ConnectDailyLimit, use.On(now)+models.ConnectionBytes, r.LedgerBudget), models.RefuseWhileRevoking(store, holders, now)), nil
}

// PickAuthorization picks the shop to connect among those that a seller has consented to at once; nil when there is none. The error may
// be a refusal.
func (r *Repository) PickAuthorization(ctx context.Context, caller models.Caller, consented []models.Authorization) (*models.Authorization, error) {
	switch len(consented) {
	case 0:
		return nil, nil
	case 1: // which needs no reading
		return &consented[0], nil
	}
	choices, err := r.ShopChoices(ctx, caller.Store, consented)
	if err != nil {
		return nil, err
	}
	picked, refusal := models.PickShop(choices)
	if refusal != nil {
		return nil, refusal
	}
	return picked, nil
}

// connectedSince waits for the store, and returns what has become of connecting by then. What cannot be read is as it was when
// it began. It fails with a refusal when connecting has failed by then.
func (r *Repository) connectedSince(ctx context.Context, caller models.Caller, begun *models.ConnectTikTokShopResult) (*models.ConnectTikTokShopResult, error) {
	transition := r.awaitTransition(ctx, begun.Account.Transition.ID)
	account, err := r.Account(ctx, caller, begun.Account.ID, models.AccountDetails{Setup: true})
	if err != nil || account == nil {
		return begun, nil
	}
	now := &models.ConnectTikTokShopResult{Account: account}
	if transition.EntrySeq == nil {
		if refusal := r.failedConnect(ctx, account, begun.Account.Transition.ID); refusal != nil {
			return nil, refusal
		}
		return now, nil
	}
	var entry models.AuditEntry
	err = r.readerSession(ctx).alone(func(db *gorm.DB) *gorm.DB {
		return db.Select("id").Where("seq", *transition.EntrySeq).Limit(1).Find(&entry)
	}).Error
	if err != nil {
		return now, nil
	}
	if told, err := r.AuditEntry(ctx, caller, entry.ID, wholeRecord); err == nil && told != nil {
		now.Changes = told.Changes
	}
	return now, nil
}

func (r *Repository) connect(tx session, caller models.Caller, authorization models.Authorization) (*models.ConnectTikTokShopResult, error) {
	holders, settings, err := readToConnect(tx, caller.Store, authorization)
	if err != nil {
		return nil, err
	}
	own, elsewhere := r.split(caller.Store, holders)
	if err := tx.attachRestoration(own); err != nil {
		return nil, err
	}
	now := r.Now()
	if refusal := cmp.Or(models.RefuseConnecting(own, elsewhere), models.RefuseToday(models.ConnectDailyLimit, tx.transaction.use.On(now), r.LedgerBudget)); refusal != nil {
		return nil, refusal
	}
	if err := r.takeOver(tx, caller.Store, authorization, holders); err != nil {
		return nil, err
	}
	account := models.AccountToConnect(own, authorization, models.Account{ID: "account_" + r.NewID(), StoreID: caller.Store.ID, Kind: models.TikTokShop})
	if tx.transaction.linked {
		return r.beginConnecting(tx, caller, authorization, account, own)
	}
	account.Epoch = &models.Epoch{ID: "epoch_" + r.NewID(), StoreID: caller.Store.ID, PreviewSalt: r.NewSalt()}
	connecting := models.Connect(r.Catalogue, authorization, account, settings, now)
	if err := r.storeConnection(tx, caller, authorization, connecting); err != nil {
		return nil, err
	}
	if !slices.Contains(own, account) {
		own = append(own, account)
	}
	withOrders(caller.Store, account)
	return &models.ConnectTikTokShopResult{Account: account, Changes: connecting.Changes, Overview: models.NewOverview(caller.Store, own)}, nil
}

// attachRestoration reads how far it is that the store is given back, if so.
func (s session) attachRestoration(own []*models.Account) error {
	for _, account := range own {
		if account.Status == models.AccountDisconnecting {
			restoring, err := s.openTransition(account.StoreID)
			account.Transition = &restoring
			return err
		}
	}
	return nil
}

// beginConnecting promises to connect the account: the store is read, and then written to, after the commit.
func (r *Repository) beginConnecting(tx session, caller models.Caller, authorization models.Authorization, account *models.Account, own []*models.Account) (*models.ConnectTikTokShopResult, error) {
	account.BeginConnecting(authorization, r.Now())
	if err := r.storeAccount(tx, account, authorization); err != nil {
		return nil, err
	}
	if err := r.abandonOpen(tx, caller.Store.ID); err != nil {
		return nil, err
	}
	account.Transition = newTransition(caller, "connection_"+r.NewID(), models.TransitionConnect, account, account.ConnectedAt)
	if err := tx.begin(account.Transition); err != nil {
		return nil, err
	}
	if !slices.Contains(own, account) {
		own = append(own, account)
	}
	withOrders(caller.Store, account)
	return &models.ConnectTikTokShopResult{Account: account, Overview: models.NewOverview(caller.Store, own)}, nil
}

// takeOver ends what earlier disconnects still had to do at TikTok for the shop, which would end the new authorization: they end
// without confirmation. Tokens that another store's account has of the shop are destroyed.
func (r *Repository) takeOver(tx session, store models.Store, authorization models.Authorization, holders []models.ShopHolder) error {
	for _, holder := range holders {
		if holder.Account.ExternalID != authorization.ShopCode {
			continue
		}
		if holder.Account.StoreID != store.ID {
			if err := tx.deleteTikTokCredentials(holder.Account.ID); err != nil {
				return err
			}
		}
		if holder.Revoking == "" {
			continue
		}
		now := r.Now()
		ended := tx.orm().Model(&models.Transition{ID: holder.Revoking}).Where("phase", models.PhaseRevoking).Where(isPast("leased_until", now)).Updates(map[string]any{
			"phase": models.PhaseComplete, "completed_at": now, "next_attempt_at": nil, "problem_code": "", "problem_detail": "",
			"authorization_status": models.AuthorizationNotConfirmed,
		})
		if ended.Error != nil {
			return ended.Error
		}
		if ended.RowsAffected == 0 { // a process is at it
			until := now.Add(time.Second)
			holder.RevokedUntil = &until
			return models.RefuseWhileRevoking(store, []models.ShopHolder{holder}, now)
		}
	}
	return nil
}

// readToConnect locks the store, and reads its accounts, those of other stores that are connected to the shop or have tokens of it,
// and the store's settings.
func readToConnect(tx session, store models.Store, authorization models.Authorization) (holders []models.ShopHolder, settings []models.Setting, err error) {
	if err := tx.lockStoreToAdd(store.ID, models.ConnectionBytes); err != nil {
		return nil, nil, err
	}
	err = send(tx, selectAccountsToConnect.into(&holders, store.ID, authorization.ShopCode, authorization.ShopID), selectSettingsOutsideAds.into(&settings, store.ID))
	return holders, settings, err
}

// split tells the store's own accounts from those of other stores that are connected to the shop.
func (r *Repository) split(store models.Store, holders []models.ShopHolder) (own, elsewhere []*models.Account) {
	for i := range holders {
		account := &holders[i].Account
		withOrders(store, account)
		switch {
		case account.StoreID == store.ID:
			own = append(own, account)
		case account.Status != models.AccountDisconnected:
			elsewhere = append(elsewhere, account)
		}
	}
	return own, elsewhere
}

func (r *Repository) storeConnection(tx session, caller models.Caller, authorization models.Authorization, connecting models.Connecting) error {
	if err := r.storeAccount(tx, connecting.Account, authorization); err != nil {
		return err
	}
	if err := tx.orm().Create(connecting.Account.Epoch).Error; err != nil {
		return err
	}
	tx.add(models.ConnectBytes(connecting.Account.Epoch, connecting.Changes, nil), connecting.Account.Epoch.OpenedAt)
	entry := r.newEntry(caller, models.AccountConnectedAction, connecting.Account)
	entry.OccurredAt = connecting.Account.ConnectedAt
	if err := tx.appendEntry(entry); err != nil {
		return err
	}
	if err := r.writeSettings(tx, entry, connecting.Account.EpochID, models.Integration, connecting.Changes); err != nil {
		return err
	}
	return r.recordConnection(tx, caller, connecting.Account, entry)
}

// recordConnection adds the transition of a connect that was carried out at once. It says which entry has what was written.
func (r *Repository) recordConnection(tx session, caller models.Caller, account *models.Account, entry *models.AuditEntry) error {
	transition := newTransition(caller, "connection_"+r.NewID(), models.TransitionConnect, account, account.ConnectedAt)
	transition.EpochID, transition.EntrySeq = account.EpochID, &entry.Seq
	transition.Finish(account.ConnectedAt)
	return tx.orm().Create(transition).Error
}

// storeAccount adds the account, or makes it what it is now, with what the app calls TikTok with for it.
func (r *Repository) storeAccount(tx session, account *models.Account, authorization models.Authorization) error {
	if err := tx.upsertAccount(account); err != nil {
		return err
	}
	return r.keepTikTokCredentials(tx, account, authorization.Credentials)
}

// upsertAccount adds the account, or makes the one of its id what it is now.
func (s session) upsertAccount(account *models.Account) error {
	return s.orm().Clauses(clause.OnConflict{Columns: []clause.Column{{Name: "id"}}, UpdateAll: true}).Create(account).Error
}

// The store's own accounts, those of other stores that are connected to the shop, and those that tokens of the shop are kept for. The
// words of the partial index stand in the text, so that every plan can use it.
var selectAccountsToConnect = query[models.ShopHolder]{text: `SELECT a.id, a.store_id, a.kind, a.name, a.external_id, a.region, a.status, a.connected_at, a.disconnected_at, a.epoch_id,
    COALESCE(t.id, '') AS revoking, t.leased_until AS revoked_until
FROM accounts a LEFT JOIN transitions t ON t.account_id = a.id AND t.phase = 'REVOKING'
WHERE a.id IN (SELECT id FROM accounts WHERE store_id = $1
    UNION SELECT id FROM accounts WHERE external_id = $2 AND kind = 'TIKTOK_SHOP' AND status <> 'DISCONNECTED'
    UNION SELECT account_id FROM tiktok_credentials WHERE shop_id = $3)
ORDER BY a.connected_at DESC, a.id DESC`}
