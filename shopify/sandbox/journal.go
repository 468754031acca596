package sandbox

import (
	"encoding/json"

	"github.com/handback/handback/standin"
)

// entry is a line of the file.
type entry struct {
	Shop string `json:"shop"`
	Puts []put  `json:"puts,omitempty"`
	Call *Call  `json:"call,omitempty"`
}

// put is a change: a value that something has from now on, or that it is no more.
type put struct {
	Kind  string          `json:"kind"`
	ID    string          `json:"id,omitempty"`
	Value json.RawMessage `json:"value,omitempty"`
}

func (w *world) put(kind, id string, value any) {
	w.puts = append(w.puts, put{kind, id, standin.Marshal(value)})
}

func (w *world) drop(kind, id string) { w.puts = append(w.puts, put{Kind: kind, ID: id}) }

func (w *world) takePuts() []put {
	puts := w.puts
	w.puts = nil
	return puts
}

// state is what the file keeps: the stores, and the calls.
type state struct{ *Sandbox }

// Replay implements standin.State.
func (s state) Replay(line []byte) error {
	var e entry
	if err := json.Unmarshal(line, &e); err != nil {
		return err
	}
	w := s.worlds[e.Shop]
	if w == nil && e.Shop != "" {
		w = newWorld(e.Shop)
		s.worlds[e.Shop] = w
	}
	for _, p := range e.Puts {
		if err := w.apply(p); err != nil {
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
	for domain, w := range s.worlds {
		if err := write(entry{Shop: domain, Puts: w.snapshot()}); err != nil {
			return err
		}
	}
	for _, call := range s.options.Log.Latest(platform) {
		if err := write(entry{Call: &call}); err != nil {
			return err
		}
	}
	return nil
}
