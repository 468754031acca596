package models_test

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/handback/handback/models"
)

// step is one write of a setting in a connection.
type step struct {
	by    models.Actor
	value models.Value
}

// writesOf are those of the steps that are the app's, as the ledger has them; the first of them is connecting's, if it is the first step.
func writesOf(key string, recorded models.Value, steps []step) (writes []models.SystemWrite, last step) {
	last = step{seller, recorded}
	for i, of := range steps {
		if of.by.Kind == models.ActorSystem {
			write := connectWrite(key, last.value, of.value)
			write.Change.LastChangedBy = last.by
			if i > 0 {
				write.Action = models.SettingsUpdated
				if last.by.Kind == models.ActorSystem {
					write.Change.Before = "" // which is not read
				}
			}
			writes = append(writes, write)
		}
		last = of
	}
	return writes, last
}

func connectWrite(key string, before, after models.Value) models.SystemWrite {
	change := models.SettingChange{Key: key, Scope: models.ScopeStore, Before: before, After: after, LastChangedBy: seller}
	return models.SystemWrite{Change: change, Action: models.AccountConnectedAction}
}

var anApp = models.Actor{Kind: models.ActorPartner, Name: "Connector"}

// history is what became of a setting in a connection, and the edit of it that disconnecting loses.
type history struct {
	name, key      string
	recorded       models.Value
	steps          []step
	now, afterward models.Value // of the edit; both empty where there is none
	by             models.Actor
}

// requireEdit fails unless the preview tells the edit, and the record of the disconnect the same.
func (h history) requireEdit(t *testing.T) {
	writes, last := writesOf(h.key, h.recorded, h.steps)
	change := models.SettingChange{Key: h.key, Before: last.value, After: h.recorded, LastChangedBy: last.by}.WithKind()
	edits := models.LostEdits([]models.SettingChange{change}, writes)
	closing := models.SystemWrite{Change: change, Action: models.AccountDisconnectedAction}
	require.Equal(t, edits, models.RestoredEdits(append(writes, closing)), "the record is judged otherwise than the preview")
	if h.now == "" && h.afterward == "" {
		require.Empty(t, edits)
		return
	}
	require.Len(t, edits, 1)
	require.Equal(t, h.now, edits[0].Before)
	require.Equal(t, h.afterward, edits[0].After)
	require.Equal(t, h.by, edits[0].LastChangedBy)
}

// TestLostEditsAreJudgedByEveryWriteOfTheApp: what the app wrote over is no longer anybody's edit, and what it wrote beside is not.
func TestLostEditsAreJudgedByEveryWriteOfTheApp(t *testing.T) {
	const tags, products, percent, carriers = "order.tags", "product.published", "inventory.percent", "shipping.carrierMapping"
	system := models.InSellerCenter
	connected := func(value models.Value) step { return step{models.Integration, value} }
	for _, test := range []history{
		{"the app alone", percent, ``, []step{connected(`100`), {system, `90`}}, ``, ``, models.Actor{}},
		{"edited, then written over", percent, ``, []step{connected(`100`), {seller, `80`}, {system, `90`}}, ``, ``, models.Actor{}},
		{"edited, written over, edited", percent, ``, []step{connected(`100`), {seller, `80`}, {system, `90`}, {anApp, `70`}}, `70`, ``, anApp},
		{"edited to what the app wrote last", percent, ``, []step{connected(`100`), {system, `90`}, {seller, `80`}, {seller, `90`}}, ``, ``, models.Actor{}},
		{"edited to what connecting wrote and the app changed", percent, ``, []step{connected(`100`), {system, `90`}, {seller, `100`}}, `100`, ``, seller},
		{"removed by the app, then set", percent, ``, []step{connected(`100`), {system, ``}, {seller, `5`}}, `5`, ``, seller},
		{"removed by the app after an edit", percent, `50`, []step{connected(`100`), {seller, `5`}, {system, ``}}, ``, ``, models.Actor{}},
		{"set before the app wrote anything", carriers, ``, []step{{seller, `{"USPS":"1"}`}, {system, `{"FedEx":"2","USPS":"1"}`}}, `{"USPS":"1"}`, ``, seller},
		{
			"a product taken off, and another put on by the app", products, `{}`,
			[]step{connected(`{"1":true,"2":true}`), {seller, `{"1":true}`}, {system, `{"1":true,"3":true}`}}, ``, ``, models.Actor{},
		},
		{
			"a recorded product taken off, and another put on by the app", products, `{"2":true}`,
			[]step{connected(`{"1":true,"2":true}`), {anApp, `{"1":true}`}, {system, `{"1":true,"3":true}`}}, `{}`, `{"2":true}`, anApp,
		},
		{
			"a product put on, and the app's last removed", products, `{}`,
			[]step{connected(`{"1":true}`), {seller, `{"1":true,"9":true}`}, {system, `{"9":true}`}}, `{"9":true}`, `{}`, seller,
		},
		{
			"an entry edited, and written over among others", carriers, ``,
			[]step{connected(`{"USPS":"1"}`), {seller, `{"DHL":"7","USPS":"2"}`}, {system, `{"DHL":"7","FedEx":"5","USPS":"3"}`}}, `{"DHL":"7"}`, ``, seller,
		},
		{
			"an entry that the app has taken out", carriers, ``,
			[]step{connected(`{"UPS":"4","USPS":"1"}`), {seller, `{"DHL":"7","UPS":"4","USPS":"1"}`}, {system, `{"DHL":"7","USPS":"1"}`}}, `{"DHL":"7"}`, ``, seller,
		},
		{
			"a tag added, and one added by the app twice over", tags, `["web"]`,
			[]step{connected(`["web","tiktok"]`), {seller, `["web","tiktok","gift"]`}, {system, `["web","tiktok","gift","us"]`}, {system, `["web","tiktok","gift","eu"]`}},
			`["gift"]`, `[]`, seller,
		},
		{
			"a recorded tag taken out, and one added by the app", tags, `["web"]`,
			[]step{connected(`["web","tiktok"]`), {seller, `["tiktok"]`}, {system, `["tiktok","us"]`}}, `[]`, `["web"]`, seller,
		},
		{
			"a tag added, and taken out by the app", tags, `["web"]`,
			[]step{connected(`["web"]`), {seller, `["gift","web"]`}, {system, `["web","us"]`}}, ``, ``, models.Actor{},
		},
	} {
		t.Run(test.name, test.requireEdit)
	}
}

// TestLostEditsOfManyWrites: of a setting that the app has written more often than is looked at, what was before that is the app's own.
func TestLostEditsOfManyWrites(t *testing.T) {
	steps := []step{{models.Integration, `{"0":"connected"}`}, {seller, `{"0":"connected","early":"1"}`}}
	for i := range models.MaxSystemWrites {
		steps = append(steps, step{models.InSellerCenter, models.Value(fmt.Sprintf(`{"0":"%d","early":"1"}`, i))})
	}
	last := `{"0":"edited","early":"1"}`
	steps = append(steps, step{seller, models.Value(last)})
	writes, now := writesOf("shipping.carrierMapping", ``, steps)
	change := models.SettingChange{Key: "shipping.carrierMapping", Before: now.value, LastChangedBy: now.by}.WithKind()
	require.Equal(t, models.Value(last), models.LostEdits([]models.SettingChange{change}, writes)[0].Before)

	newest := writes[len(writes)-models.MaxSystemWrites:]
	require.Equal(t, models.Value(`{"0":"edited"}`), models.LostEdits([]models.SettingChange{change}, newest)[0].Before)
}
