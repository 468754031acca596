package sandbox

import (
	"cmp"
	"errors"
	"fmt"
	"net/http"
	"time"

	"github.com/handback/handback/standin"
)

const maxOrdersAtOnce = 20_000

// Control returns a handler of what the platform does not have, for whoever plays buyers, sellers and disasters. It asks for
// no credentials, so it is for loopback only. Requests may name a shop by its code, as "shop".
//
//	GET    /sandbox/calls?after=N
//	POST   /sandbox/faults
//	DELETE /sandbox/faults
//	POST   /sandbox/tiktok/orders        {"count":3,"status":"AWAITING_SHIPMENT","dueInMinutes":90} → {"ids":["…"]}
//	POST   /sandbox/tiktok/cancellations {"orderId":"…","dueInMinutes":60} → {"ids":["…"]}
//	POST   /sandbox/tiktok/returns       {"orderId":"…","dueInMinutes":60,"refundOnly":true} → {"ids":["…"]}
//	POST   /sandbox/tiktok/logistics     {"defaultWarehouse":"7068517275539719943","returnWarehouse":"none","shipping":"SELLER","template":"…"}
//	POST   /sandbox/tiktok/deauthorize   {} or nothing
func (s *Sandbox) Control() http.Handler {
	routes := http.NewServeMux()
	s.options.Log.Handle(routes, platform)
	routes.HandleFunc("POST /sandbox/tiktok/orders", s.play(s.playOrders))
	routes.HandleFunc("POST /sandbox/tiktok/cancellations", s.play(s.playCancellation))
	routes.HandleFunc("POST /sandbox/tiktok/returns", s.play(s.playReturn))
	routes.HandleFunc("POST /sandbox/tiktok/logistics", s.play(s.playLogistics))
	routes.HandleFunc("POST /sandbox/tiktok/deauthorize", s.play(s.playDeauthorize))
	return routes
}

// wish is what is to happen.
type wish struct {
	Shop         string  `json:"shop"`
	Count        int     `json:"count"`
	Status       string  `json:"status"`
	OrderID      string  `json:"orderId"`
	DueInMinutes float64 `json:"dueInMinutes"`
	RefundOnly   bool    `json:"refundOnly"`
	Logistics
}

func (w wish) due() time.Duration { return time.Duration(w.DueInMinutes * float64(time.Minute)) }

func (s *Sandbox) play(happen func(wish) ([]string, error)) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		var wanted wish
		var err error
		if r.ContentLength != 0 {
			err = standin.ReadJSON(w, r, &wanted)
		}
		if err == nil && wanted.DueInMinutes < 0 {
			err = errors.New("dueInMinutes: must not be negative")
		}
		wanted.Shop = cmp.Or(wanted.Shop, s.options.Shop)
		var ids []string
		if err == nil {
			ids, err = happen(wanted)
		}
		switch {
		case err != nil:
			standin.WriteJSON(w, http.StatusBadRequest, map[string]string{"error": err.Error()})
		case ids == nil:
			w.WriteHeader(http.StatusNoContent)
		default:
			standin.WriteJSON(w, http.StatusOK, map[string]any{"ids": ids})
		}
	}
}

func (s *Sandbox) playOrders(w wish) ([]string, error) {
	count := cmp.Or(w.Count, 1)
	if count < 1 || count > maxOrdersAtOnce {
		return nil, fmt.Errorf("count: must be from 1 to %d", maxOrdersAtOnce)
	}
	return s.AddOrders(w.Shop, cmp.Or(w.Status, "AWAITING_SHIPMENT"), count, w.due())
}

func (s *Sandbox) playCancellation(w wish) ([]string, error) {
	id, err := s.AddCancellation(w.OrderID, w.due())
	return []string{id}, err
}

func (s *Sandbox) playReturn(w wish) ([]string, error) {
	id, err := s.AddReturn(w.OrderID, w.RefundOnly, w.due())
	return []string{id}, err
}

func (s *Sandbox) playLogistics(w wish) ([]string, error) {
	return nil, s.SetLogistics(w.Shop, w.Logistics)
}

func (s *Sandbox) playDeauthorize(w wish) ([]string, error) {
	if !s.Deauthorize(w.Shop) {
		return nil, fmt.Errorf("shop: %s has not let the app in", w.Shop)
	}
	return nil, nil
}
