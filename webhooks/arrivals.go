package webhooks

import (
	"container/list"
	"net/http"
	"sync"
	"time"
)

// arrivals are the bodies that are on their way, those that began first in front. When there is no memory for one that has come, the one that
// has been on its way longest is cut: what a platform sends is there within milliseconds, and who only takes memory has been there longer.
type arrivals struct {
	mu   sync.Mutex
	open list.List // of *arrival
}

// arrival is one body on its way.
type arrival struct {
	control *http.ResponseController
	place   *list.Element
}

// begin adds a body. end must be called once when it is there, or is not going to be.
func (a *arrivals) begin(w http.ResponseWriter) *arrival {
	a.mu.Lock()
	defer a.mu.Unlock()
	began := &arrival{control: http.NewResponseController(w)}
	began.place = a.open.PushBack(began)
	return began
}

func (a *arrivals) end(ended *arrival) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.open.Remove(ended.place)
}

// cutBefore ends the reading of the body that has been on its way longest, unless that is the given one. It reports whether there was one.
func (a *arrivals) cutBefore(other *arrival) bool {
	a.mu.Lock()
	defer a.mu.Unlock()
	front := a.open.Front()
	if front == nil || front == other.place {
		return false
	}
	a.open.Remove(front)
	oldest, _ := front.Value.(*arrival)
	return oldest.control.SetReadDeadline(time.Now()) == nil
}
