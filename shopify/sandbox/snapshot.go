package sandbox

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
)

// snapshot lists what makes the store as it is now, out of nothing.
func (w *world) snapshot() []put {
	earlier := w.takePuts() // of a change that is being written
	w.put("shop", "", w.Shop)
	w.put("last", "", w.lastID)
	w.put("products", "", w.Products.base)
	for productID := range w.Products.deleted {
		w.drop("product", id(productID))
	}
	putAll(w, "product", w.Products.changed)
	if w.Installation != nil {
		w.put("installation", "", w.Installation)
	}
	w.put("grant", "", w.Grant)
	putAll(w, "user", w.Users)
	putAll(w, "location", w.Locations)
	putAll(w, "publication", w.Publications)
	for _, publicationID := range sortedIDs(w.Publications, false) {
		w.put("ranges", id(publicationID), formatRanges(w.Publications[publicationID].published))
	}
	putAll(w, "webhook", w.Webhooks)
	putAll(w, "channel", w.Channels)
	for kind, p := range w.Policies {
		w.put("policy", kind, p)
	}
	putAll(w, "metafield", w.Metafields)
	putAll(w, "bulk", w.Bulks)
	for path, u := range w.Uploads {
		w.put("upload", path, u)
	}
	puts := w.takePuts()
	w.puts = earlier
	return puts
}

func putAll[T any](w *world, kind string, rows map[int64]*T) {
	for _, rowID := range sortedIDs(rows, false) {
		w.put(kind, id(rowID), rows[rowID])
	}
}

func dropAll[T any](w *world, kind string, rows map[int64]*T) {
	for _, rowID := range sortedIDs(rows, false) {
		w.drop(kind, id(rowID))
	}
	clear(rows)
}

// apply makes a change that was read from the file.
func (w *world) apply(p put) error {
	switch p.Kind {
	case "shop":
		return json.Unmarshal(p.Value, &w.Shop)
	case "last":
		return json.Unmarshal(p.Value, &w.lastID)
	case "grant":
		w.Grant = grant{}
		return json.Unmarshal(p.Value, &w.Grant)
	case "installation":
		w.Installation = nil
		return unmarshalOptional(p.Value, &w.Installation)
	case "products":
		w.Products = newProductSet(0)
		return json.Unmarshal(p.Value, &w.Products.base)
	case "upload":
		return applyTo(w.Uploads, p.ID, p.Value)
	case "policy":
		return applyTo(w.Policies, p.ID, p.Value)
	}
	return w.applyRow(p)
}

func (w *world) applyRow(p put) error {
	if p.Kind == "published" {
		return w.applyPublished(p)
	}
	row, err := strconv.ParseInt(p.ID, 10, 64)
	if err != nil {
		return err
	}
	switch p.Kind {
	case "product":
		return w.applyProduct(row, p.Value)
	case "user":
		return applyTo(w.Users, row, p.Value)
	case "location":
		return applyTo(w.Locations, row, p.Value)
	case "publication":
		return w.applyPublication(row, p.Value)
	case "ranges":
		return w.applyRanges(row, p.Value)
	case "webhook":
		return applyTo(w.Webhooks, row, p.Value)
	case "channel":
		return applyTo(w.Channels, row, p.Value)
	case "metafield":
		return applyTo(w.Metafields, row, p.Value)
	case "bulk":
		return applyTo(w.Bulks, row, p.Value)
	}
	return fmt.Errorf("what is %q?", p.Kind)
}

func unmarshalOptional[T any](text json.RawMessage, into **T) error {
	if text == nil {
		return nil
	}
	return json.Unmarshal(text, into)
}

// applyTo sets a row, or deletes it when it has no value.
func applyTo[K comparable, T any](rows map[K]*T, key K, value json.RawMessage) error {
	if value == nil {
		delete(rows, key)
		return nil
	}
	row := new(T)
	rows[key] = row
	return json.Unmarshal(value, row)
}

func (w *world) applyProduct(productID int64, value json.RawMessage) error {
	if value == nil {
		w.Products.remove(productID)
		return nil
	}
	p := &product{}
	if err := json.Unmarshal(value, p); err != nil {
		return err
	}
	w.Products.set(p)
	return nil
}

// applyPublication keeps the products of a publication that is there.
func (w *world) applyPublication(publicationID int64, value json.RawMessage) error {
	published := map[int64]bool{}
	if present := w.Publications[publicationID]; present != nil {
		published = present.published
	}
	if err := applyTo(w.Publications, publicationID, value); err != nil || value == nil {
		return err
	}
	w.Publications[publicationID].published = published
	return nil
}

func (w *world) applyPublished(p put) error {
	publicationText, productText, _ := strings.Cut(p.ID, "/")
	publicationID, _ := strconv.ParseInt(publicationText, 10, 64)
	productID, err := strconv.ParseInt(productText, 10, 64)
	target := w.Publications[publicationID]
	if err != nil || target == nil {
		return fmt.Errorf("no such publication: %s", p.ID)
	}
	if p.Value == nil {
		delete(target.published, productID)
	} else {
		target.published[productID] = true
	}
	return nil
}

func (w *world) applyRanges(publicationID int64, value json.RawMessage) error {
	var text string
	if err := json.Unmarshal(value, &text); err != nil {
		return err
	}
	for part := range strings.SplitSeq(text, ",") {
		if part == "" {
			continue
		}
		from, to, _ := strings.Cut(part, "-")
		first, err := strconv.ParseInt(from, 10, 64)
		if err != nil {
			return err
		}
		last, err := strconv.ParseInt(to, 10, 64)
		if err != nil {
			return err
		}
		for ; first <= last; first++ {
			w.Publications[publicationID].published[first] = true
		}
	}
	return nil
}

// formatRanges writes a set of ids as 7001-7012,7014-7014, which is short for many of them.
func formatRanges(set map[int64]bool) string {
	var parts []string
	ids := slices.Sorted(maps.Keys(set))
	for at := 0; at < len(ids); {
		end := at
		for end+1 < len(ids) && ids[end+1] == ids[end]+1 {
			end++
		}
		parts = append(parts, id(ids[at])+"-"+id(ids[end]))
		at = end + 1
	}
	return strings.Join(parts, ",")
}
