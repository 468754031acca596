package webhooks

import (
	"container/list"
	"net/http"
	"sync"
	"time"
)

// arrivals are the bodies that are on their way, in front those of which nothing has come for the longest time, a step or its beginning. When there
// is no memory for another one, the first is cut: what a platform sends comes along, and who only takes memory does not.
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

// moved notes that a step of the body has come.
func (a *arrivals) moved(on *arrival) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.open.MoveToBack(on.place)
}

// cutFor ends the reading of the first body that is not the given one. It reports whether there was one.
func (a *arrivals) cutFor(other *arrival) bool {
	a.mu.Lock()
	defer a.mu.Unlock()
	first := a.open.Front()
	if first == other.place && first != nil {
		first = first.Next()
	}
	if first == nil {
		return false
	}
	a.open.Remove(first)
	stalled, _ := first.Value.(*arrival)
	return stalled.control.SetReadDeadline(time.Now()) == nil
}
