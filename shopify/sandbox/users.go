package sandbox

import (
	"cmp"
	"encoding/json"
	"net/http"

	"github.com/handback/handback/standin"
)

// ownerID is the number of every store's owner.
const ownerID = 1

// user is what somebody who works in a store is called.
type user struct {
	FirstName string
	LastName  string
}

type associatedUser struct {
	ID            int64  `json:"id"`
	FirstName     string `json:"first_name"`
	LastName      string `json:"last_name"`
	Email         string `json:"email"`
	EmailVerified bool   `json:"email_verified"`
	AccountOwner  bool   `json:"account_owner"`
	Locale        string `json:"locale"`
	Collaborator  bool   `json:"collaborator"`
}

// associated is what an online token tells of a person. Others than the owner have no name until they get one.
func (w *world) associated(userID int64) *associatedUser {
	found := &associatedUser{ID: userID, Email: "user-" + id(userID) + "@" + w.Shop.Domain, EmailVerified: true, Locale: "en"}
	if userID == ownerID {
		found.FirstName, found.LastName, found.Email, found.AccountOwner = "Owner", "of "+w.Shop.Name, "owner@"+w.Shop.Domain, true
	}
	if named := w.Users[userID]; named != nil {
		found.FirstName, found.LastName = named.FirstName, named.LastName
	}
	return found
}

// NameUser says what somebody who works in the store is called from now on.
func (s *Sandbox) NameUser(shop string, userID int64, firstName, lastName string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	w := s.world(shop)
	w.Users[userID] = &user{FirstName: firstName, LastName: lastName}
	w.put("user", id(userID), w.Users[userID])
	s.commit(w, nil)
}

// serveUser takes a person's number and names.
func (s *Sandbox) serveUser(w http.ResponseWriter, r *http.Request) {
	var named struct {
		ID                  int64
		FirstName, LastName string
	}
	if err := json.NewDecoder(http.MaxBytesReader(w, r.Body, 1<<16)).Decode(&named); err != nil || named.ID <= 0 {
		standin.WriteJSON(w, http.StatusBadRequest, map[string]string{"error": "invalid_request"})
		return
	}
	s.NameUser(cmp.Or(r.Header.Get("X-Sandbox-Shop"), s.options.Shop), named.ID, named.FirstName, named.LastName)
	w.WriteHeader(http.StatusNoContent)
}
