package shopify

import (
	"context"
	"log/slog"
	"time"

	lru "github.com/hashicorp/golang-lru/v2"
	"golang.org/x/sync/semaphore"
	"golang.org/x/sync/singleflight"

	"github.com/handback/handback/models"
)

// UserRepository knows the people who work in stores.
type UserRepository interface {
	ShopifyUser(ctx context.Context, storeID, userID string) (models.ShopifyUser, error)
	// ClaimUser says whether the caller is the one who asks Shopify for the person's name today.
	ClaimUser(ctx context.Context, storeID, userID string) (claimed bool, err error)
	NameUser(ctx context.Context, storeID, userID, name string) error
}

// Users learns the names of the people who sign in: of each once a day, by the process that has claimed that, while their requests go
// on. It is safe for concurrent use.
type Users struct {
	oauth      *OAuth
	repository UserRepository
	now        func() time.Time
	log        *slog.Logger

	known  *lru.Cache[userKey, knownUser]
	asking singleflight.Group // by userKey.String
	places *semaphore.Weighted
}

const (
	// askTime is how long asking for a name may take. A session token is good for a minute.
	askTime = 5 * time.Second
	// askPlaces is for how many people a process asks at once. Others are asked for with one of their next requests.
	askPlaces = 16
	// readTime is how long a request waits for what is stored of a person.
	readTime = time.Second
	// knownTime is how long a process does without reading what others have learned of a person.
	knownTime = 10 * time.Second
	// knownUsers is how many people a process knows without reading.
	knownUsers = 10_000
)

type userKey struct{ storeID, userID string }

func (k userKey) String() string { return k.storeID + " " + k.userID }

type knownUser struct {
	models.ShopifyUser
	until time.Time
}

// NewUsers makes Users, with the time as the repository has it.
func NewUsers(oauth *OAuth, repository UserRepository, now func() time.Time, log *slog.Logger) *Users {
	known, _ := lru.New[userKey, knownUser](knownUsers) // fails for sizes below one only
	return &Users{oauth: oauth, repository: repository, now: now, log: log, known: known, places: semaphore.NewWeighted(askPlaces)}
}

// User implements auth.Users. Shopify is asked with the session token, where that is due, and only once the app is let into the
// store. That neither Shopify nor the database answers keeps nobody from signing in.
func (u *Users) User(ctx context.Context, store models.Store, userID, sessionToken string) models.ShopifyUser {
	key := userKey{store.ID, userID}
	known, ok := u.known.Get(key)
	if !ok || !u.now().Before(known.until) {
		user, err := u.read(ctx, key)
		if err != nil {
			u.note(ctx, store, err)
			return models.ShopifyUser{StoreID: store.ID, UserID: userID, Name: known.Name}
		}
		known.ShopifyUser = user
	}
	if store.Linked && known.IsDue(u.now()) {
		whole := context.WithoutCancel(ctx) // it goes on when the request is over
		u.asking.DoChan(key.String(), func() (any, error) {
			u.ask(whole, store, known.ShopifyUser, sessionToken)
			return nil, nil
		})
	}
	return known.ShopifyUser
}

// read reads what is stored of a person, and keeps it in mind for a while.
func (u *Users) read(ctx context.Context, key userKey) (models.ShopifyUser, error) {
	ctx, cancel := context.WithTimeout(ctx, readTime)
	defer cancel()
	user, err := u.repository.ShopifyUser(ctx, key.storeID, key.userID)
	if err == nil {
		u.keepInMind(user)
	}
	return user, err
}

func (u *Users) keepInMind(user models.ShopifyUser) {
	u.known.Add(userKey{user.StoreID, user.UserID}, knownUser{user, u.now().Add(knownTime)})
}

// ask asks Shopify, unless somebody has done so today, and reads what is known then.
func (u *Users) ask(ctx context.Context, store models.Store, user models.ShopifyUser, sessionToken string) {
	if !u.places.TryAcquire(1) {
		return
	}
	defer u.places.Release(1)
	ctx, cancel := context.WithTimeout(ctx, askTime)
	defer cancel()
	claimed, err := u.repository.ClaimUser(ctx, user.StoreID, user.UserID)
	if err == nil && claimed {
		err = u.learn(ctx, store, user, sessionToken)
	}
	if err == nil {
		_, err = u.read(ctx, userKey{user.StoreID, user.UserID})
	}
	if err != nil {
		u.note(ctx, store, err)
		user.AskedAt = u.now() // also where it could not be claimed: the next request does not try again
		u.keepInMind(user)
	}
}

// note logs that somebody is recorded by a number, or an older name. Nothing needs to be done about it.
func (u *Users) note(ctx context.Context, store models.Store, err error) {
	u.log.InfoContext(ctx, "the name of a seller could not be learned", "store", store.Domain, "error", err)
}

func (u *Users) learn(ctx context.Context, store models.Store, user models.ShopifyUser, sessionToken string) error {
	name, err := u.oauth.UserName(ctx, store.Domain, user.UserID, sessionToken)
	if err != nil {
		return err
	}
	return u.repository.NameUser(ctx, user.StoreID, user.UserID, name)
}
