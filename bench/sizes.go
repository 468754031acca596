package main

import (
	"context"
	"fmt"
	"math/rand/v2"
	"strconv"
	"time"

	"github.com/valyala/fasthttp"
)

// entries is how long the list in a setting is made.
var entries = []int{10, 100, 1_000, 10_000}

// tagging sets the tags of orders, a setting that connecting changes and disconnecting restores.
const tagging = "Edit"

// tagged is the operation that gives a store's orders so many tags. They are other ones each time.
func tagged(count int) operation {
	return editOf(tagging, func(r *rand.Rand) map[string]any {
		tags := make([]string, count)
		mark := r.IntN(1000)
		for i := range tags {
			tags[i] = fmt.Sprintf("tag-%03d-%05d", mark, i)
		}
		return map[string]any{"key": "order.tags", "value": tags}
	})
}

// editOf is the operation that changes one setting to another value each time.
func editOf(name string, input func(r *rand.Rand) map[string]any) operation {
	return operation{name: name, mutation: true, query: editing, anew: func(r *rand.Rand) map[string]any {
		return map[string]any{"settings": []any{input(r)}}
	}}
}

// exchanged is one request and its answer.
type exchanged struct {
	milliseconds float64
	sent, got    int // bytes
}

// growthOfSettings measures servers with one store whose list of tags becomes longer and longer, one request after the
// other. The last server is the product: it edits for the others, too.
func (b *bench) growthOfSettings(ctx context.Context, number int, servers ...*server) (part, error) {
	found := map[string][]exchanged{}
	for _, count := range entries {
		for _, server := range servers {
			one := sizing{bench: b, product: servers[len(servers)-1], server: server, number: number, random: rand.New(rand.NewPCG(seed, uint64(count)))}
			if err := one.measure(ctx, count, found); err != nil {
				return part{}, fmt.Errorf("%d entries: %w", count, err)
			}
		}
		b.logf("growth of settings: %d entries", count)
	}
	return settingsPart(servers, found), nil
}

// sizing measures one server with a list of one length.
type sizing struct {
	*bench
	product, server *server
	number          int
	random          *rand.Rand
}

func (s sizing) measure(ctx context.Context, count int, found map[string][]exchanged) error {
	// The snapshot must hold as many entries as are taken away.
	for _, o := range []operation{operationOf(disconnecting), tagged(count), operationOf(connecting)} {
		if _, err := s.exchange(ctx, s.product, o); err != nil {
			return err
		}
	}
	for range s.either(15, 7) {
		for _, o := range []operation{tagged(count), operationOf("Settings"), operationOf("DisconnectPreview"), operationOf(disconnecting), operationOf(connecting)} {
			server := s.server
			if o.name == tagging {
				server = s.product
			}
			e, err := s.exchange(ctx, server, o)
			if err != nil {
				return err
			}
			name := sizeKey(server, o.name, count)
			found[name] = append(found[name], e)
		}
	}
	return nil
}

func sizeKey(server *server, operation string, count int) string {
	return fmt.Sprint(server.Contender.Name, " ", operation, " ", count)
}

// exchange asks once and takes the time.
func (s sizing) exchange(ctx context.Context, server *server, o operation) (e exchanged, err error) {
	t, err := o.template(server.Contender)
	if err != nil {
		return e, err
	}
	tokens, err := s.sessions.credentials(server, s.number)
	if err != nil {
		return e, err
	}
	request, response := fasthttp.AcquireRequest(), fasthttp.AcquireResponse()
	defer fasthttp.ReleaseRequest(request)
	defer fasthttp.ReleaseResponse(response)
	server.prepare(request)
	t = t.varied(s.random)
	began := time.Now()
	err = server.send(ctx, request, response, tokens[s.number], t, s.number)
	e.milliseconds = float64(time.Since(began).Microseconds()) / 1000
	e.sent, e.got = len(request.Body()), len(response.Body())
	return e, err
}

// settingsPart tells what each operation took by the bytes that it touched: those of the answer, of the request when it
// edits, and for a disconnect those of the preview, which says what is read and written.
func settingsPart(servers []*server, found map[string][]exchanged) (p part) {
	t := table{head: []string{"", "entries", "KiB touched"}}
	for _, server := range servers {
		t.head = append(t.head, server.Contender.Name+" ms", "µs a KiB")
	}
	for _, name := range []string{tagging, "Settings", "DisconnectPreview", disconnecting, connecting} {
		curves := make([]curve, len(servers))
		for _, count := range entries {
			row := []string{name, strconv.Itoa(count), ""}
			for i, server := range servers {
				list := found[sizeKey(server, name, count)]
				if len(list) == 0 {
					row = append(row, "", "")
					continue
				}
				bytes, took := touched(server, name, count, found), medianOf(list, func(e exchanged) float64 { return e.milliseconds })
				row[2] = fmt.Sprintf("%.0f", bytes/1024)
				row = append(row, fmt.Sprintf("%.2f", took), fmt.Sprintf("%.1f", 1000*took/(bytes/1024)))
				curves[i].what = server.Contender.Name + ", " + name
				curves[i].steps = append(curves[i].steps, step{label: fmt.Sprintf("%d entries", count), size: bytes, cost: took})
			}
			t.add(row...)
		}
		for i := range curves {
			p.alarms = append(p.alarms, curves[i].superlinear()...)
		}
	}
	p.text = t.titled("With the sizes of settings") + "\nOne store with a longer and longer list in `order.tags`, one request after the other; medians. The snapshot holds as many entries as " +
		"the setting, so that a disconnect takes away as many as it brings back.\n"
	return p
}

func touched(server *server, name string, count int, found map[string][]exchanged) float64 {
	switch name {
	case tagging:
		return medianOf(found[sizeKey(server, name, count)], func(e exchanged) float64 { return float64(e.sent) })
	case disconnecting:
		name = "DisconnectPreview"
	}
	return medianOf(found[sizeKey(server, name, count)], func(e exchanged) float64 { return float64(e.got) })
}

func medianOf[T any](list []T, value func(T) float64) float64 {
	values := make([]float64, len(list))
	for i, element := range list {
		values[i] = value(element)
	}
	return median(values)
}
