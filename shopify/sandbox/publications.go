package sandbox

import (
	"encoding/json"
	"iter"
	"strconv"
)

// publication is a set of products that one or more channels show.
type publication struct {
	ID          int64
	AppID       int64
	AutoPublish bool
	ChannelID   int64 // of the channel it comes and goes with; 0 when it is the installation's

	published map[int64]bool // written to the file by ranges
}

func (p *publication) typeName() string { return "Publication" }

// from iterates over the ids of its products after the given one, in order.
func (p *publication) from(products *productSet, after int64) iter.Seq[int64] {
	return func(yield func(int64) bool) {
		if len(p.published) == 0 {
			return
		}
		for id := range products.from(after) {
			if p.published[id] && !yield(id) {
				return
			}
		}
	}
}

// addPublication makes one for the app, with the products the catalogue has published before anything is connected.
func (s *Sandbox) addPublication(w *world) *publication {
	var autoPublish bool
	if d := s.options.Catalogue.Definition("publication.autoPublish"); d != nil && d.Before != "" {
		_ = json.Unmarshal([]byte(d.Before), &autoPublish) // of a boolean setting
	}
	p := &publication{ID: w.nextID(), AppID: appID, AutoPublish: autoPublish, published: map[int64]bool{}}
	w.putPublication(p)
	for _, id := range s.firstPublished() {
		w.publish(p, id, true)
	}
	return p
}

// addStorefront makes the publication of another app, on which everything is published by itself.
func (s *Sandbox) addStorefront(w *world) {
	w.putPublication(&publication{ID: w.nextID(), AppID: storefrontID, AutoPublish: true, published: map[int64]bool{}})
}

func (w *world) putPublication(p *publication) {
	w.Publications[p.ID] = p
	w.put("publication", id(p.ID), p)
}

func (w *world) dropPublication(publicationID int64) {
	delete(w.Publications, publicationID)
	w.drop("publication", id(publicationID))
}

func (w *world) publish(p *publication, productID int64, on bool) {
	if p.published[productID] == on {
		return
	}
	if on {
		p.published[productID] = true
		w.put("published", id(p.ID)+"/"+id(productID), true)
		return
	}
	delete(p.published, productID)
	w.drop("published", id(p.ID)+"/"+id(productID))
}

func id(n int64) string { return strconv.FormatInt(n, 10) }

// catalog is what says whose publication one is.
type catalog struct{ of *publication }

func (c catalog) typeName() string { return "AppCatalog" }

func publicationTypes(types map[string]objectType) {
	types["Catalog"] = objectType{abstract: true, fields: map[string]field{"id": {}, "title": {}, "status": {}}}
	types["AppCatalog"] = objectType{interfaces: []string{"Catalog", "Node"}, fields: map[string]field{
		"id":     get(func(c catalog) any { return gid("AppCatalog", c.of.ID) }),
		"title":  get(func(c catalog) any { return "Channel Catalog " + id(c.of.ID) }),
		"status": get(func(catalog) any { return "ACTIVE" }),
		"apps": {of: "App", shape: connection, resolve: func(_ *execution, parent any, args arguments) any {
			app := parent.(catalog).of.AppID
			return pageOf(args, one(app), func(int64) any { return appOf(app) })
		}},
	}}
	types["Publication"] = objectType{interfaces: []string{"Node"}, fields: map[string]field{
		"id":          get(func(p *publication) any { return gid("Publication", p.ID) }),
		"autoPublish": get(func(p *publication) any { return p.AutoPublish }),
		"catalog":     object("Catalog", func(p *publication) any { return catalog{p} }),
		"channels":    {of: "Channel", shape: connection, resolve: channelsOf},
		"products": {
			of: "Product", shape: connection, args: []string{"sortKey", "query"}, scopes: []string{"read_products"},
			resolve: func(e *execution, parent any, args arguments) any { return e.productPage(args, parent.(*publication)) },
		},
	}}
	addFields(types["QueryRoot"], map[string]field{
		"publications": {of: "Publication", shape: connection, nonNull: true, args: []string{"catalogType"}, scopes: []string{"read_publications"}, resolve: publications},
		"publication": {of: "Publication", args: []string{"id!"}, scopes: []string{"read_publications"}, resolve: func(e *execution, _ any, args arguments) any {
			return e.node("Publication", args["id"])
		}},
		"publishedProductsCount": {of: "Count", args: []string{"publicationId!", "limit"}, scopes: []string{"read_publications"}, resolve: countPublished},
	})
	publishingTypes(types)
}

// publications lists those of apps; there are no other catalogs.
func publications(e *execution, _ any, args arguments) any {
	kind, given := args.text("catalogType")
	return pageOfTable(args, e.world.Publications, func(*publication) bool { return !given || kind == "APP" || kind == "NONE" })
}

func countPublished(e *execution, _ any, args arguments) any {
	found := e.node("Publication", args["publicationId"])
	p, ok := found.(*publication)
	if !ok {
		return found
	}
	return limited(int64(len(p.published)), args)
}

// one iterates over a single id.
func one(only int64) func(after int64) iter.Seq[int64] {
	return func(after int64) iter.Seq[int64] {
		return func(yield func(int64) bool) {
			if after < only {
				yield(only)
			}
		}
	}
}
