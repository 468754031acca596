package main

import (
	"encoding/json"
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/handback/handback/bench/contender"
)

func TestRandomTagsAreUnique(t *testing.T) {
	r := rand.New(rand.NewPCG(seed, 0))
	template, err := tagged(100).template(contender.Contender{})
	require.NoError(t, err)
	var tags [2][]string
	for i := range tags {
		var body struct {
			Variables struct {
				Settings []struct {
					Key   string
					Value []string
				}
			}
		}
		require.NoError(t, json.Unmarshal(template.varied(r).body, &body))
		require.Equal(t, "order.tags", body.Variables.Settings[0].Key)
		tags[i] = body.Variables.Settings[0].Value
		require.Len(t, tags[i], 100)
	}
	require.NotEqual(t, tags[0], tags[1])
}

// sizes are exchanges of the product whose time is a function of the bytes.
func sizes(server *server, milliseconds func(name string, bytes int) float64) map[string][]exchanged {
	found := map[string][]exchanged{}
	for _, name := range []string{tagging, "Settings", "DisconnectPreview", disconnecting, connecting} {
		for _, count := range entries {
			bytes := 1_000 + 10*count
			e := exchanged{milliseconds: milliseconds(name, bytes), got: bytes, sent: 100}
			switch name {
			case tagging:
				e.sent, e.got = bytes, 100
			case disconnecting: // whose answer does not say what was restored
				e.got = 100
			}
			found[sizeKey(server, name, count)] = []exchanged{e}
		}
	}
	return found
}

func TestTimePerByteMustNotGrow(t *testing.T) {
	product := &server{Contender: contender.Contender{Name: "product"}}
	linear := func(_ string, bytes int) float64 { return 1 + float64(bytes)/1_000 }
	require.Empty(t, settingsPart([]*server{product}, sizes(product, linear)).alarms)

	for _, name := range []string{tagging, "Settings", "DisconnectPreview", disconnecting, connecting} {
		p := settingsPart([]*server{product}, sizes(product, func(operation string, bytes int) float64 {
			if operation == name {
				return float64(bytes) * float64(bytes)
			}
			return linear(operation, bytes)
		}))
		require.NotEmpty(t, p.alarms, name)
		for _, alarm := range p.alarms {
			require.Contains(t, alarm, "product, "+name+":")
		}
	}
}

func TestLastEditOfEachKeyStays(t *testing.T) {
	list := lastOfEachKey([]map[string]any{{"key": "a", "value": 1}, {"key": "b", "value": 2}, {"key": "a", "value": 3}})
	require.Equal(t, []map[string]any{{"key": "b", "value": 2}, {"key": "a", "value": 3}}, list)
}
