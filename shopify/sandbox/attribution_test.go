package sandbox_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/handback/handback/shopify/sandbox"
)

// attributions lists the handles that orders may be labelled with.
func (a *app) attributions() []any {
	a.t.Helper()
	handles := []any{}
	for _, node := range a.do("OrderAttributionDefinitions", nil).at("orderAttributionDefinitions.nodes").([]any) {
		handles = append(handles, node.(map[string]any)["handle"])
	}
	return handles
}

func (a *app) createChannel(specification, handle string) any {
	a.t.Helper()
	input := variables{"accountId": "USLC1", "accountName": "Aurora", "specificationHandle": specification, "handle": handle}
	return a.do("ChannelCreate", variables{"input": input}).at("channelCreate.channel.id")
}

func TestAttributionComesAndGoesWithTheChannel(t *testing.T) {
	a := install(t, sandbox.Options{})
	require.Empty(t, a.attributions())
	created := a.createChannel("tiktok-shop-us", "tiktok-shop")
	require.Equal(t, []any{"tiktok"}, a.attributions())
	a.do("ChannelDelete", variables{"id": created})
	require.Empty(t, a.attributions())
	a.createChannel("tiktok", "tiktok-shop")
	require.Equal(t, []any{"tiktok"}, a.attributions())
	a.sandbox.Uninstall(store)
	a.exchange()
	require.Empty(t, a.attributions())
}

func TestChannelsOfOneHandleShareTheAttribution(t *testing.T) {
	a := install(t, sandbox.Options{})
	first := a.createChannel("tiktok-shop-us", "first")
	second := a.createChannel("tiktok-shop-gb", "second")
	a.createChannel("amazon-us", "third")
	require.Equal(t, []any{"tiktok", "amazon"}, a.attributions())
	a.do("ChannelDelete", variables{"id": first})
	require.Equal(t, []any{"tiktok", "amazon"}, a.attributions())
	a.do("ChannelDelete", variables{"id": second})
	require.Equal(t, []any{"amazon"}, a.attributions())
}
