package sandbox

import (
	"fmt"
	"iter"
	"maps"
	"slices"
	"strings"

	"github.com/handback/handback/models"
)

// product is one that differs from how it was to begin with.
type product struct {
	ID     int64
	Title  string
	Status string
}

func (p *product) typeName() string { return "Product" }

// variant is the only one of a product, as of one without options.
type variant struct{ of *product }

func (v *variant) typeName() string { return "ProductVariant" }

// firstVariant is how much greater a variant's number is than its product's.
const firstVariant = 2000

const onlyVariant = "Default Title" // Shopify's name for it

// variant returns the variant of a number, nil when there is none.
func (s *productSet) variant(id int64) *variant {
	if p := s.get(id - firstVariant); p != nil {
		return &variant{p}
	}
	return nil
}

// productSet is a store's products. Those it begins with are numbers in a row, which take no room until one of them
// is changed.
type productSet struct {
	base    productRange
	changed map[int64]*product // edited or created
	deleted map[int64]bool     // of those the store began with
	created []int64            // in order; all above those the store began with
}

type productRange struct{ First, Count int64 }

func newProductSet(count int64) *productSet {
	return &productSet{base: productRange{First: 7001, Count: count}, changed: map[int64]*product{}, deleted: map[int64]bool{}}
}

func (r productRange) holds(id int64) bool { return id >= r.First && id < r.First+r.Count }

var productNames = []string{
	"Ridge jacket", "Harbor parka", "Trail boots", "Summit pack", "Wool beanie", "Rain shell", "Camp mug", "Fleece vest",
	"Hiking socks", "Day bag", "Base layer", "Trekking poles",
}

// get returns a product, nil when there is none.
func (s *productSet) get(id int64) *product {
	if p := s.changed[id]; p != nil {
		return p
	}
	if !s.base.holds(id) || s.deleted[id] {
		return nil
	}
	at := id - s.base.First
	title := productNames[at%int64(len(productNames))]
	if at >= int64(len(productNames)) {
		title = fmt.Sprintf("%s %d", title, at/int64(len(productNames))+1)
	}
	return &product{ID: id, Title: title, Status: "ACTIVE"}
}

// from iterates over the ids after the given one, in order.
func (s *productSet) from(after int64) iter.Seq[int64] {
	return func(yield func(int64) bool) {
		for id := max(s.base.First, after+1); s.base.holds(id); id++ {
			if !s.deleted[id] && !yield(id) {
				return
			}
		}
		at, _ := slices.BinarySearch(s.created, after+1)
		for _, id := range s.created[at:] {
			if !yield(id) {
				return
			}
		}
	}
}

func (s *productSet) set(p *product) {
	if at, known := slices.BinarySearch(s.created, p.ID); !known && !s.base.holds(p.ID) {
		s.created = slices.Insert(s.created, at, p.ID)
	}
	s.changed[p.ID] = p
}

func (s *productSet) remove(id int64) {
	delete(s.changed, id)
	if s.base.holds(id) {
		s.deleted[id] = true
	}
	if at, known := slices.BinarySearch(s.created, id); known {
		s.created = slices.Delete(s.created, at, at+1)
	}
}

func (s *productSet) count() int64 {
	return s.base.Count - int64(len(s.deleted)) + int64(len(s.created))
}

// firstProducts are those of the catalogue, or as many as the options say.
func (s *Sandbox) firstProducts() *productSet {
	count := int64(s.options.Products)
	if count == 0 {
		count = int64(len(entriesOf(s.options.Catalogue, "product.published", "Product")))
	}
	return newProductSet(count)
}

// firstPublished are the products that the catalogue has published before anything is connected.
func (s *Sandbox) firstPublished() []int64 {
	var ids []int64
	for id, published := range valuesBefore(s.options.Catalogue, "product.published", "Product") {
		if published {
			ids = append(ids, id)
		}
	}
	return ids
}

// entriesOf lists the ids that a setting of the catalogue is about, before or after connecting.
func entriesOf(catalogue models.Catalogue, key, typeName string) []int64 {
	ids := map[int64]bool{}
	if d := catalogue.Definition(key); d != nil {
		for _, value := range []models.Value{d.Before, d.Connected} {
			for id := range parseEntries(value, typeName) {
				ids[id] = true
			}
		}
	}
	return slices.Sorted(maps.Keys(ids))
}

func valuesBefore(catalogue models.Catalogue, key, typeName string) map[int64]bool {
	d := catalogue.Definition(key)
	if d == nil {
		return nil
	}
	return parseEntries(d.Before, typeName)
}

func productTypes(types map[string]objectType) {
	publishable := field{args: []string{"publicationId!"}, scopes: []string{"read_publications"}, resolve: publishedOn}
	types["Node"] = objectType{abstract: true, fields: map[string]field{"id": {}}}
	types["Publishable"] = objectType{abstract: true, fields: map[string]field{"publishedOnPublication": publishable}}
	types["Product"] = objectType{interfaces: []string{"Node", "Publishable"}, fields: map[string]field{
		"id":                     get(func(p *product) any { return gid("Product", p.ID) }),
		"title":                  get(func(p *product) any { return p.Title }),
		"handle":                 get(func(p *product) any { return strings.ReplaceAll(strings.ToLower(p.Title), " ", "-") }),
		"status":                 get(func(p *product) any { return p.Status }),
		"publishedOnPublication": publishable,
	}}
	types["ProductVariant"] = objectType{interfaces: []string{"Node"}, fields: map[string]field{
		"id":          get(func(v *variant) any { return gid("ProductVariant", v.of.ID+firstVariant) }),
		"title":       get(func(*variant) any { return onlyVariant }),
		"displayName": get(func(v *variant) any { return v.of.Title + " - " + onlyVariant }),
		"product":     object("Product", func(v *variant) any { return v.of }),
	}}
	types["Count"] = objectType{fields: map[string]field{
		"count":     get(func(c count) any { return c.count }),
		"precision": get(func(c count) any { return c.precision }),
	}}
	addFields(types["QueryRoot"], map[string]field{
		"products": {
			of: "Product", shape: connection, nonNull: true, args: []string{"sortKey", "query"}, scopes: []string{"read_products"},
			resolve: func(e *execution, _ any, args arguments) any { return e.productPage(args, nil) },
		},
		"product": {of: "Product", args: []string{"id!"}, scopes: []string{"read_products"}, resolve: func(e *execution, _ any, args arguments) any {
			return e.node("Product", args["id"])
		}},
		"productsCount": {of: "Count", args: []string{"limit", "query"}, scopes: []string{"read_products"}, resolve: func(e *execution, _ any, args arguments) any {
			return limited(e.world.Products.count(), args)
		}},
		"node":  {of: "Node", args: []string{"id!"}, resolve: func(e *execution, _ any, args arguments) any { return e.anyNode(args["id"]) }},
		"nodes": {of: "Node", shape: list, nonNull: true, args: []string{"ids!"}, resolve: resolveNodes},
	})
}

// productPage is a page of all products, or of those on a publication.
func (e *execution) productPage(args arguments, on *publication) any {
	products := e.world.Products
	from := products.from
	if on != nil {
		from = func(after int64) iter.Seq[int64] { return on.from(products, after) }
	}
	return pageOf(args, from, func(id int64) any { return products.get(id) })
}

func publishedOn(e *execution, parent any, args arguments) any {
	id, ok := parseGID("Publication", args["publicationId"])
	if !ok {
		return invalidID(args["publicationId"])
	}
	p := e.world.Publications[id]
	return p != nil && p.published[parent.(*product).ID]
}

const countLimit = 10_000 // beyond which counts are not exact unless that is asked for

type count struct {
	count     int64
	precision string
}

// limited is a count that obeys the argument limit: null asks for the exact one.
func limited(n int64, args arguments) count {
	limit, given := args["limit"]
	most := int64(countLimit)
	if number, ok := args.number("limit"); ok {
		most = int64(number)
	} else if given && limit == nil {
		most = n
	}
	if n > most {
		return count{most, "AT_LEAST"}
	}
	return count{n, "EXACT"}
}
