package main

import "fmt"

// tolerance is how much dearer than linear something may be measured before it counts: times are never quite the same.
const tolerance = 2.0

var toleranceText = fmt.Sprintf("Each step of what grows is compared with every step before: where the size grows n-fold, the cost may grow n-fold, and %.1f times "+
	"that because times are never quite the same. What is beyond is said as \"worse than linear\", and fails the run.\n", tolerance)

// curve is how the cost of something grows.
type curve struct {
	what  string
	steps []step
}

// step is one size and what it costs.
type step struct {
	label      string
	size, cost float64
}

// superlinear names steps that cost more than those before allow. A smaller or equal size may cost as much.
func (c curve) superlinear() (alarms []string) {
	for i, after := range c.steps {
		for _, before := range c.steps[:i] {
			sizes, costs := max(1, after.size/before.size), after.cost/before.cost
			if !(costs <= tolerance*sizes) { // also of what is no number
				alarms = append(alarms, fmt.Sprintf("worse than linear: %s: from %s to %s the size grows %.2f-fold, the cost %.2f-fold",
					c.what, before.label, after.label, sizes, costs))
			}
		}
	}
	return alarms
}
