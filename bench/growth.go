package main

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
)

// growth measures how cost grows with what there is: with the stores, the sizes of settings, the length of a store's
// history, and the clients.
func (b *bench) growth(ctx context.Context) (whole part, err error) {
	b.stopPeers()
	whole.text = "\n## How cost grows\n\n" + toleranceText
	sized, err := b.openSized(ctx)
	if err != nil {
		return whole, errors.Join(err, b.dropSized(ctx, sized))
	}
	for _, measure := range []func() (part, error){
		func() (part, error) { return b.growthOfStores(ctx, sized) },
		func() (part, error) { return b.growthOfSettings(ctx, b.count, b.limit, b.product) },
		func() (part, error) { return b.growthOfHistory(ctx, sized[min(1, len(sized)-1)]) },
		func() (part, error) { return part{}, b.dropSized(ctx, sized) },
		func() (part, error) { return b.growthOfClients(ctx) },
	} {
		found, err := measure()
		if err != nil {
			return whole, errors.Join(err, b.dropSized(ctx, sized))
		}
		whole.text += found.text + alarmText(found.alarms)
		whole.alarms = append(whole.alarms, found.alarms...)
	}
	return whole, nil
}

// stopPeers leaves the limit and the product alone with the machine.
func (b *bench) stopPeers() {
	for _, server := range b.servers {
		if server != b.limit && server != b.product {
			server.stop()
		}
	}
}

func alarmText(alarms []string) string {
	var text strings.Builder
	for _, alarm := range alarms {
		fmt.Fprintf(&text, "\n**%s**\n", alarm)
	}
	return text.String()
}

// reads are the operations that change nothing.
func reads() []operation {
	return slices.DeleteFunc(slices.Clone(operations), func(o operation) bool { return o.mutation })
}

// sequences are what is measured where one thing grows: every read, and a disconnect with the connect that brings the
// store back.
func sequences() (list [][]operation) {
	for _, o := range reads() {
		list = append(list, []operation{o})
	}
	return append(list, mutations)
}
