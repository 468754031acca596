package auth

import (
	"log/slog"
	"net/http"
	"net/netip"
	"time"

	lru "github.com/hashicorp/golang-lru/v2"
	"golang.org/x/time/rate"
)

const (
	proxyWarningEvery  = time.Minute // however many proxies there seem to be
	warnedProxiesLimit = 1_000       // networks that are remembered
)

// proxyWarning tells operators of proxies that are not trusted: whoever comes through one counts as one client, so that the failures of
// one stranger lock all of them out. Anybody can send what a proxy sends, so each network is told of, once, and not only the first.
type proxyWarning struct {
	log    *slog.Logger
	limit  *rate.Limiter
	warned *lru.Cache[netip.Prefix, bool]
}

func newProxyWarning(log *slog.Logger) *proxyWarning {
	warned, _ := lru.New[netip.Prefix, bool](warnedProxiesLimit) // fails for sizes below one only
	return &proxyWarning{log: log, limit: rate.NewLimiter(rate.Every(proxyWarningEvery), 1), warned: warned}
}

// warn tells of the address of somebody who says that he forwards a request. Behind a trusted proxy that is mostly the proxy of a
// client, which is no concern of the operator's, unless its address is one of a private network.
func (w *proxyWarning) warn(r *http.Request, address netip.Addr, now time.Time) {
	peer := parseAddress(r.RemoteAddr)
	if address != peer && !address.IsPrivate() {
		return
	}
	network := networkOf(address)
	if w.warned.Contains(network) || !w.limit.AllowN(now, 1) {
		return
	}
	w.warned.Add(network, true)
	w.log.WarnContext(r.Context(), "a request was forwarded by somebody who is not one of TRUSTED_PROXIES: if this is your proxy's address, name it there, and have it send X-Forwarded-For",
		"address", address)
}
