package db_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/handback/handback/db/dbtest"
	"github.com/handback/handback/models"
)

// lookAlikes are names that people cannot tell from Rithum Café.
var lookAlikes = []string{
	"Rithum Café", "rithum café", "RITHUM CAFÉ", "Rithum Cafe\u0301", "Rithum  Café", "Rithum\u00a0Café", "Rithum\u2003Café", "Ｒithum Café", "Rithum\u1680Café",
}

// TestConfusableAPIKeyNamesAreEqual: for makers of keys, whoever is first.
func TestConfusableAPIKeyNamesAreEqual(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, databaseURL string) {
		repository := open(t, databaseURL, models.DefaultCatalogue())
		seller, neighbour := register(t, repository, "alike.myshopify.com"), register(t, repository, "next.myshopify.com")
		for _, first := range lookAlikes {
			key, _ := createKey(t, repository, seller, partner(first))
			require.Equal(t, first, key.Name)
			for _, second := range lookAlikes {
				_, err := repository.CreateAPIKey(t.Context(), seller, partner(second))
				require.Error(t, err, "%+q and %+q", first, second)
				requireRefusals(t, err, models.NameTaken)
			}
			require.Equal(t, first, listKeys(t, repository, seller)[0].Name, "it is shown as it was given")
			revokeKey(t, repository, seller, key.ID)
		}
		createKey(t, repository, seller, partner("Straße"))
		for name, free := range map[string]bool{"STRASSE": false, "strasse": false, "Rithum": true, "Rithum 2": true, "RithumCafé": true, "Rithum Cafe": true, "Rïthum": true} {
			_, err := repository.CreateAPIKey(t.Context(), seller, partner(name))
			if free {
				require.NoError(t, err, name)
			} else {
				requireRefusals(t, err, models.NameTaken)
			}
		}
		createKey(t, repository, neighbour, partner("straße"))
	})
}

// TestDatabaseEnforcesUniqueFoldedNames goes past the rule, and the lock that makes it hold.
func TestDatabaseEnforcesUniqueFoldedNames(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, databaseURL string) {
		repository, rawTables := open(t, databaseURL, models.DefaultCatalogue()), openTables(t, databaseURL)
		seller := register(t, repository, "apart.myshopify.com")
		first, _ := createKey(t, repository, seller, partner("Rithum"))
		createKey(t, repository, seller, partner("Other"))
		require.Error(t, rawTables.write(`UPDATE api_keys SET folded_name = 'rithum' WHERE name = 'Other'`))
		require.NoError(t, rawTables.write(`UPDATE api_keys SET rotated_at = created_at WHERE id = '`+first.ID+`'`))
		require.NoError(t, rawTables.write(`UPDATE api_keys SET folded_name = 'rithum' WHERE name = 'Other'`))
	})
}

// TestMigratedAPIKeyNamesAreFolded: a key that an earlier program made has its name, too.
func TestMigratedAPIKeyNamesAreFolded(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, databaseURL string) {
		repository, rawTables := open(t, databaseURL, models.DefaultCatalogue()), openTables(t, databaseURL)
		seller := register(t, repository, "early.myshopify.com")
		for _, name := range []string{"Rithum", "Other"} {
			createKey(t, repository, seller, partner(name))
		}
		require.NoError(t, rawTables.write(`UPDATE api_keys SET folded_name = NULL`))
		require.NoError(t, rawTables.write(`UPDATE api_keys SET name = 'RITHUM' WHERE name = 'Other'`))
		_, err := repository.CreateAPIKey(t.Context(), seller, partner("rithum"))
		requireRefusals(t, err, models.NameTaken)
		for _, key := range listKeys(t, repository, seller) {
			_, err := repository.RotateAPIKey(t.Context(), seller, models.RotationRequest{ID: key.ID})
			if err != nil {
				requireRefusals(t, err, models.RotationInProgress)
			}
			require.True(t, strings.EqualFold("rithum", key.Name))
		}
	})
}
