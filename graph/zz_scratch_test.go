package graph

import (
	"fmt"
	"runtime"
	"strings"
	"testing"
	"time"
)

func TestScratchBombs(t *testing.T) {
	d := documents{schema: NewExecutableSchema(Config{}).Schema(), kept: newKept[*document]()}
	rep := strings.Repeat
	many := func(n int, f func(i int) string) string {
		var b strings.Builder
		for i := range n {
			b.WriteString(f(i))
		}
		return b.String()
	}
	bombs := map[string]string{
		"dupFragments": "{...A} fragment A on Query{store{id}} fragment A on Query{" + many(8000, func(i int) string { return fmt.Sprintf("settings(scope:%d)", i) }) + "}",
		"longOpName":   "query " + rep("a", 1<<20) + "(" + many(2000, func(i int) string { return fmt.Sprintf("$v%d:Int ", i) }) + "){store{id}}",
		"longTypeHint": "{store{id}...on " + rep("a", 2<<20) + "{id}}",
		"longField":    "{" + rep("a", 4<<20) + "}",
		"fragsSpreads": "{" + rep("...A3999 ", 9000) + "}" + many(4000, func(i int) string { return fmt.Sprintf("fragment A%d on Query{a}", i) }),
		"conflictArgs": "{accounts{" + many(990, func(i int) string { return fmt.Sprintf("id(a:%d)", i) }) + "}}",
		"conflictIntro": "{__schema{types{" + many(990, func(i int) string { return fmt.Sprintf("fields(includeDeprecated:%v){name}", i%2 == 0) })[:0] + many(490, func(i int) string { return fmt.Sprintf("fields(includeDeprecated:%v){name}", i%2 == 0) }) + "}}}",
		"merge":        "{accounts{" + rep("id ", 990) + "}}",
		"mergeDeep":    "{accounts{" + rep("snapshot{settings{key}}", 300) + "}}",
		"vars":         "query(" + many(6000, func(i int) string { return fmt.Sprintf("$v%d:Int ", i) }) + "){settings(scope:[" + rep("$v5999 ", 10000) + "])}",
		"errors":       "query(" + many(12000, func(i int) string { return fmt.Sprintf("$v%d:Int ", i) }) + "){store{id}}",
		"args":         "{node(" + many(12000, func(i int) string { return fmt.Sprintf("a%d:1 ", i) }) + "){id}}",
		"nested":       "{node(id:" + rep("[", 900) + rep("]", 900) + "){id}}",
		"nestedobj":    "{node(id:" + rep("{a:", 900) + "1" + rep("}", 900) + "){id}}",
		"nestlist4MB":  "{node(id:" + rep("[", 2<<20) + rep("]", 2<<20) + "){id}}",
		"stringarg":    "{node(id:[\"" + rep("x", 4<<20) + "\"]){id}}",
		"sets":         "mutation{updateSettings(settings:[" + rep(`{key:1,value:2}`, 5000) + "]){userErrors{code}}}",
	}
	for name, text := range bombs {
		for _, hints := range []bool{false, true} {
			runtime.GC()
			var before, after runtime.MemStats
			runtime.ReadMemStats(&before)
			start := time.Now()
			_, refusal := d.read(text, hints)
			took := time.Since(start)
			runtime.ReadMemStats(&after)
			what := "ok"
			if refusal != nil {
				what = fmt.Sprint(refusal.errors[0].Extensions["code"], " ", len(refusal.errors), " ", shortened(refusal.errors[0].Message)[:min(60, len(refusal.errors[0].Message))])
			}
			t.Logf("%-14s hints=%v %7dKB doc %6dMB alloc %8s %s", name, hints, len(text)>>10, (after.TotalAlloc-before.TotalAlloc)>>20, took.Round(time.Millisecond), what)
		}
	}
}
