package sandbox

import (
	"crypto/rand"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strconv"

	"github.com/handback/handback/standin"
)

// world is all that the sandbox knows.
type world struct {
	Seed           string // that ciphers are made of
	Last           int64  // that an id was made of
	Shops          map[string]*shop
	Authorizations map[string]*authorization // by their sellers
	Codes          map[string]*code          // by their hashes
	Webhooks       map[string]*webhook       // by shop and topic
	Orders         map[string]*order
	Cancellations  map[string]*cancellation
	Returns        map[string]*returnRequest
	Notifications  map[string]*notification // that are to be delivered

	nextDue int64 // when something happens by itself next; 0 when it is to be found out
	puts    []put // what changed since the file was written
}

func newWorld() *world {
	return &world{
		Seed:           rand.Text(),
		Shops:          map[string]*shop{},
		Authorizations: map[string]*authorization{},
		Codes:          map[string]*code{},
		Webhooks:       map[string]*webhook{},
		Orders:         map[string]*order{},
		Cancellations:  map[string]*cancellation{},
		Returns:        map[string]*returnRequest{},
		Notifications:  map[string]*notification{},
	}
}

// firstID is below all ids. They have as many digits as TikTok's.
const firstID = 576_460_000_000_000_000

// nextID returns an id that nothing has or had.
func (w *world) nextID() string {
	w.Last++
	w.put("last", "", w.Last)
	return strconv.FormatInt(firstID+w.Last, 10)
}

// entry is a line of the file.
type entry struct {
	Puts []put         `json:"puts,omitempty"`
	Call *standin.Call `json:"call,omitempty"`
}

// put is a change: a value that something has from now on, or that it is no more.
type put struct {
	Kind  string          `json:"kind"`
	ID    string          `json:"id,omitempty"`
	Value json.RawMessage `json:"value,omitempty"`
}

func (w *world) put(kind, id string, value any) {
	w.puts = append(w.puts, put{kind, id, standin.Marshal(value)})
	w.nextDue = 0
}

func (w *world) drop(kind, id string) { w.puts = append(w.puts, put{Kind: kind, ID: id}) }

func (w *world) takePuts() []put {
	puts := w.puts
	w.puts = nil
	return puts
}

// state is what the file keeps.
type state struct{ *Sandbox }

// Replay implements standin.State.
func (s state) Replay(line []byte) error {
	var e entry
	if err := json.Unmarshal(line, &e); err != nil {
		return err
	}
	for _, p := range e.Puts {
		if err := s.world.apply(p); err != nil {
			return err
		}
	}
	if e.Call != nil {
		e.Call.Platform = platform
		s.options.Log.Add(e.Call)
	}
	return nil
}

// Snapshot implements standin.State.
func (s state) Snapshot(write func(entry any) error) error {
	if err := write(entry{Puts: s.world.snapshot()}); err != nil {
		return err
	}
	for _, call := range s.options.Log.Latest(platform) {
		if err := write(entry{Call: &call}); err != nil {
			return err
		}
	}
	return nil
}

// snapshot lists what makes the world as it is now, out of nothing.
func (w *world) snapshot() []put {
	earlier := w.takePuts() // of a change that is being written
	w.put("seed", "", w.Seed)
	w.put("last", "", w.Last)
	putAll(w, "shop", w.Shops)
	putAll(w, "authorization", w.Authorizations)
	putAll(w, "code", w.Codes)
	putAll(w, "webhook", w.Webhooks)
	putAll(w, "order", w.Orders)
	putAll(w, "cancellation", w.Cancellations)
	putAll(w, "return", w.Returns)
	putAll(w, "notification", w.Notifications)
	puts := w.takePuts()
	w.puts = earlier
	return puts
}

func putAll[T any](w *world, kind string, rows map[string]*T) {
	for _, id := range slices.Sorted(maps.Keys(rows)) {
		w.put(kind, id, rows[id])
	}
}

// apply makes a change that was read from the file.
func (w *world) apply(p put) error {
	switch p.Kind {
	case "seed":
		return json.Unmarshal(p.Value, &w.Seed)
	case "last":
		return json.Unmarshal(p.Value, &w.Last)
	case "shop":
		return applyTo(w.Shops, p)
	case "authorization":
		return applyTo(w.Authorizations, p)
	case "code":
		return applyTo(w.Codes, p)
	case "webhook":
		return applyTo(w.Webhooks, p)
	case "order":
		return applyTo(w.Orders, p)
	case "cancellation":
		return applyTo(w.Cancellations, p)
	case "return":
		return applyTo(w.Returns, p)
	case "notification":
		return applyTo(w.Notifications, p)
	}
	return fmt.Errorf("what is %q?", p.Kind)
}

// applyTo sets a row, or deletes it when it has no value.
func applyTo[T any](rows map[string]*T, p put) error {
	if p.Value == nil {
		delete(rows, p.ID)
		return nil
	}
	row := new(T)
	rows[p.ID] = row
	return json.Unmarshal(p.Value, row)
}
