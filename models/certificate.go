package models

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"strconv"
	"strings"
	"time"
)

// Certificate is a signed statement of what a disconnect has restored.
type Certificate struct {
	Document  string // the canonical JSON (RFC 8785) of a CertificateDocument
	Signature string // Ed25519's (RFC 8032) of the document's bytes, in base64url without padding
	KeyID     string // the thumbprint (RFC 7638) of the public key
}

// CertificateFormat names what a CertificateDocument has and means; another one will have another name.
const CertificateFormat = "handback-certificate-1"

// CertificateDocument is what a certificate states. docs/certificate.md describes its members.
type CertificateDocument struct {
	Format         string                 `json:"format"`
	Disconnection  string                 `json:"disconnection"`
	Store          CertifiedStore         `json:"store"`
	Account        CertifiedAccount       `json:"account"`
	DisconnectedAt time.Time              `json:"disconnectedAt"`
	DisconnectedBy CertifiedActor         `json:"disconnectedBy"`
	AcceptedBy     *CertifiedActor        `json:"acceptedBy"`
	CompletedAt    time.Time              `json:"completedAt"`
	Recorded       CertifiedSnapshot      `json:"recorded"`
	Restored       CertifiedReading       `json:"restored"`
	ExceptionCount int32                  `json:"exceptionCount"`
	Exceptions     []CertifiedException   `json:"exceptions"`
	AdsChanges     int                    `json:"adsChanges"`
	Ads            CertifiedAds           `json:"ads"`
	Authorization  CertifiedAuthorization `json:"authorization"`
	OpenOrders     CertifiedOrders        `json:"openOrders"`
	Versions       *Versions              `json:"versions"`
}

// Versions are what carried a restoration out.
type Versions struct {
	Program    string `json:"program"`
	Commit     string `json:"commit"` // that the program was built of
	ShopifyAPI string `json:"shopifyApi"`
}

// Text is the versions as JSON.
func (v Versions) Text() string {
	text, err := json.Marshal(v)
	if err != nil {
		panic("models: versions are always JSON: " + err.Error())
	}
	return string(text)
}

// CertifiedStore is the store that was given back.
type CertifiedStore struct {
	Domain string `json:"domain"`
	Name   string `json:"name"`
}

// CertifiedAccount is the account that was disconnected.
type CertifiedAccount struct {
	Name       string `json:"name"`
	ExternalID string `json:"externalId"`
	Region     string `json:"region"`
}

// CertifiedActor is who asked for it.
type CertifiedActor struct {
	Kind ActorKind `json:"kind"`
	Name string    `json:"name"`
}

// CertifiedSnapshot is what had been recorded before the connection's first write.
type CertifiedSnapshot struct {
	TakenAt  time.Time          `json:"takenAt"`
	Digest   string             `json:"digest"`
	Settings []CertifiedSetting `json:"settings"`
}

// CertifiedSetting is a recorded setting. Its value is JSON in a string, so that canonical JSON leaves it as the digest has it, and null
// where it is long: the record has it.
type CertifiedSetting struct {
	Key    string  `json:"key"`
	Value  *string `json:"value"`
	SHA256 string  `json:"sha256"` // of the value, in hex
}

// A certificate is for people, too, and stays of a size that can be kept: longer values are left out, and further exceptions are counted.
const (
	certifiedValueBytes = 4 << 10
	CertifiedExceptions = 1000
)

// CertifiedReading is what the store was when it was read back: nulls when it could not be.
type CertifiedReading struct {
	Digest     *string    `json:"digest"`
	VerifiedAt *time.Time `json:"verifiedAt"`
}

// CertifiedException is an entry that could not be put back. Values are JSON in strings, null for none and for long ones.
type CertifiedException struct {
	Key      string                     `json:"key"`
	Entry    *string                    `json:"entry"`
	Reason   RestorationExceptionReason `json:"reason"`
	Recorded *string                    `json:"recorded"`
	Present  *string                    `json:"present"`
}

// AdsDigests are the digests of the settings of the ads channel, TikTok for Business, before and after the entry of the ledger by which a
// disconnect has put the others back. No call to that channel is made for them: they are computed of the ledger.
type AdsDigests struct{ Before, After string }

// CertificateDetails are what a certificate alone states of a disconnect that has written.
type CertificateDetails struct {
	Ads        AdsDigests
	AcceptedBy *Actor    // nil where nobody had to
	Versions   *Versions // nil in records from before they were kept
}

// CertifiedAds are those digests, "" in certificates that were made before they were stated.
type CertifiedAds struct {
	DigestBefore string `json:"digestBefore"`
	DigestAfter  string `json:"digestAfter"`
}

// CertifiedAuthorization is what became of TikTok's authorization.
type CertifiedAuthorization struct {
	Status    AuthorizationEndStatus `json:"status"`
	RevokedAt *time.Time             `json:"revokedAt"`
}

// CertifiedOrders is what was open when the store was disconnected, and when TikTok was asked: null when it was not.
type CertifiedOrders struct {
	Count  int32      `json:"count"`
	ReadAt *time.Time `json:"readAt"`
}

// Certify states what a disconnect has restored that is complete. record has its account and all its changes, exceptions are the first CertifiedExceptions of
// them.
func Certify(store Store, record *Disconnection, snapshot Snapshot, details CertificateDetails, exceptions []RestorationException, orders *HandoffPage) CertificateDocument {
	account, restoration, authorization := record.Account, &record.Restoration, record.Authorization()
	document := CertificateDocument{
		Format: CertificateFormat, Disconnection: record.ID,
		Store:          CertifiedStore{Domain: store.Domain, Name: store.Name},
		Account:        CertifiedAccount{Name: account.Name, ExternalID: account.ExternalID, Region: account.Region},
		DisconnectedAt: record.DisconnectedAt.UTC(), CompletedAt: record.CompletedAt().UTC(),
		DisconnectedBy: CertifiedActor{Kind: record.DisconnectedBy.Kind, Name: record.DisconnectedBy.Name},
		Recorded:       CertifiedSnapshot{TakenAt: snapshot.TakenAt.UTC(), Digest: snapshot.Digest, Settings: make([]CertifiedSetting, len(snapshot.Settings))},
		Restored:       CertifiedReading{Digest: restoration.RestoredDigest, VerifiedAt: utc(restoration.VerifiedAt)},
		ExceptionCount: restoration.ExceptionCount, Exceptions: make([]CertifiedException, len(exceptions)),
		Ads:           CertifiedAds{DigestBefore: details.Ads.Before, DigestAfter: details.Ads.After},
		Versions:      details.Versions,
		Authorization: CertifiedAuthorization{Status: authorization.Status, RevokedAt: utc(authorization.RevokedAt)},
		OpenOrders:    CertifiedOrders{Count: orders.Total, ReadAt: utc(orders.ReadAt)},
	}
	if by := details.AcceptedBy; by != nil {
		document.AcceptedBy = &CertifiedActor{Kind: by.Kind, Name: by.Name}
	}
	for i, setting := range snapshot.Settings {
		document.Recorded.Settings[i] = CertifiedSetting{Key: setting.Key, Value: textOf(setting.Value), SHA256: setting.Value.sha256()}
	}
	for i, exception := range exceptions {
		document.Exceptions[i] = CertifiedException{
			Key: exception.Key, Entry: exception.Entry, Reason: exception.Reason,
			Recorded: textOf(exception.Recorded), Present: textOf(exception.Present),
		}
	}
	for _, change := range restoration.Changes {
		if change.Scope == ScopeAds {
			document.AdsChanges++
		}
	}
	return document
}

// Summary says in a few lines what the document states.
func (d CertificateDocument) Summary() string {
	lines := []string{
		d.Store.Name + " (" + d.Store.Domain + ") was disconnected from " + d.Account.Name + " (" + d.Account.ExternalID + ", " + d.Account.Region + ").",
		"Confirmed " + d.DisconnectedAt.Format(time.RFC3339) + " by " + d.DisconnectedBy.Name + "; complete " + d.CompletedAt.Format(time.RFC3339) + ".",
		strconv.Itoa(len(d.Recorded.Settings)) + " settings had been recorded " + d.Recorded.TakenAt.Format(time.RFC3339) + ", with the digest " + d.Recorded.Digest + ".",
	}
	switch entries := int(d.ExceptionCount); {
	case d.Restored.Digest == nil:
		lines = append(lines, "The store could not be read back.")
	case entries == 0:
		lines = append(lines, "Read back, they had the same digest: the store is as it was.")
	default:
		lines = append(lines, "The store is as it was, but for "+strconv.Itoa(entries)+" "+plural(entries, "entry", "entries")+" that could not be put back.")
	}
	if d.AcceptedBy != nil {
		lines = append(lines, "Accepted as it was by "+d.AcceptedBy.Name+".")
	}
	if d.adsUntouched() && d.Ads.DigestAfter != "" {
		lines = append(lines, "TikTok for Business was not touched: its settings had the digest "+d.Ads.DigestAfter+" before and after.")
	}
	return strings.Join(lines, "\n")
}

// adsUntouched reports whether no setting of the ads channel was changed.
func (d CertificateDocument) adsUntouched() bool {
	return d.AdsChanges == 0 && d.Ads.DigestBefore == d.Ads.DigestAfter
}

// Holds reports whether what the document states fits together: the recorded settings have the recorded digest, where all their values
// are there, without exceptions so had those that were read back, and the ads channel was not touched.
func (d CertificateDocument) Holds() bool {
	var recorded []SnapshotSetting
	for _, setting := range d.Recorded.Settings {
		if setting.Value == nil {
			continue
		}
		value := Value(*setting.Value)
		if value.sha256() != setting.SHA256 {
			return false
		}
		recorded = append(recorded, SnapshotSetting{Key: setting.Key, Value: value})
	}
	whole := len(recorded) == len(d.Recorded.Settings)
	asRecorded := d.Restored.Digest == nil || d.ExceptionCount > 0 || *d.Restored.Digest == d.Recorded.Digest
	return asRecorded && d.adsUntouched() && (!whole || Digest(recorded) == d.Recorded.Digest)
}

// sha256 is in hex.
func (v Value) sha256() string {
	hash := sha256.New()
	writeText(hash, string(v))
	return hex.EncodeToString(hash.Sum(nil))
}

func textOf(value Value) *string {
	if value == "" || len(value) > certifiedValueBytes {
		return nil
	}
	return new(string(value))
}

func utc(at *time.Time) *time.Time {
	if at == nil {
		return nil
	}
	return new(at.UTC())
}
