package main

import (
	"net/http"
	"net/http/httptest"
	"runtime"
	"runtime/debug"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/handback/handback/models"
	"github.com/handback/handback/telemetry"
)

func TestBuildInfoTellsVersionAndCommit(t *testing.T) {
	setting := func(key, value string) debug.BuildSetting { return debug.BuildSetting{Key: key, Value: value} }
	for _, test := range []struct {
		info debug.BuildInfo
		want buildInfo
	}{
		{debug.BuildInfo{}, buildInfo{"unknown", "unknown"}},
		{debug.BuildInfo{Main: debug.Module{Version: "(devel)"}, Settings: []debug.BuildSetting{setting("vcs.modified", "false")}}, buildInfo{"(devel)", "unknown"}},
		{debug.BuildInfo{Main: debug.Module{Version: "v1.2.3"}, Settings: []debug.BuildSetting{setting("vcs.revision", "abc123"), setting("vcs.modified", "false")}}, buildInfo{"v1.2.3", "abc123"}},
		{debug.BuildInfo{Main: debug.Module{Version: "v1.2.3+dirty"}, Settings: []debug.BuildSetting{setting("vcs.revision", "abc123"), setting("vcs.modified", "true")}}, buildInfo{"v1.2.3+dirty", "abc123+dirty"}},
	} {
		require.Equal(t, test.want, buildInfoFrom(&test.info))
	}
	require.Equal(t, "handback v1.2.3, commit abc123, "+runtime.Version(), buildInfo{"v1.2.3", "abc123"}.String())
	require.NotEmpty(t, readBuildInfo().version)
}

func TestMetricsTellBuildAndNoSecret(t *testing.T) {
	m := telemetry.NewMetrics(func() []models.PoolStats { return nil })
	m.Describe(describe(buildInfo{"v1.2.3", "abc123"}, config{DatabaseURL: "postgres://planted:planted@planted/planted", ShopifyAPISecret: "planted", Sandbox: "true"}))
	answer := httptest.NewRecorder()
	m.Handler().ServeHTTP(answer, httptest.NewRequest(http.MethodGet, "/metrics", http.NoBody))
	require.Contains(t, answer.Body.String(), `handback_build_info{commit="abc123",database="postgresql",go_version="`+runtime.Version()+`",mode="sandbox",version="v1.2.3"} 1`)
}
