package sandbox

import (
	"encoding/json"
	"strconv"

	"github.com/handback/handback/models"
)

// location is a place goods are shipped from.
type location struct {
	ID          int64
	Name        string
	Active      bool
	Online      bool // ships online orders
	Fulfillment bool // belongs to a fulfillment service
	Unfulfilled bool // has orders to be shipped
}

func (l *location) typeName() string { return "Location" }

func (l *location) fulfillsOnlineOrders() bool { return l.Active && l.Online }

func (w *world) putLocation(l *location) {
	w.Locations[l.ID] = l
	w.put("location", id(l.ID), l)
}

// firstLocations says which locations a store begins with, and whether they ship online orders.
func (s *Sandbox) firstLocations() map[int64]bool {
	const key = "location.fulfillsOnlineOrders"
	before := valuesBefore(s.options.Catalogue, key, "Location")
	locations := map[int64]bool{}
	for _, locationID := range entriesOf(s.options.Catalogue, key, "Location") {
		locations[locationID] = before[locationID]
	}
	return locations
}

var locationNames = []string{"Main warehouse", "Downtown shop", "Harbor shop"}

func locationName(locationID int64) string {
	if at := locationID - 1001; at >= 0 && at < int64(len(locationNames)) {
		return locationNames[at]
	}
	return "Location " + strconv.FormatInt(locationID, 10)
}

// parseEntries reads a setting such as {"gid://shopify/Location/1001":true}.
func parseEntries(value models.Value, typeName string) map[int64]bool {
	var entries map[string]bool
	if json.Unmarshal([]byte(value), &entries) != nil {
		return nil
	}
	parsed := map[int64]bool{}
	for raw, on := range entries {
		if entry, ok := parseGID(typeName, raw); ok {
			parsed[entry] = on
		}
	}
	return parsed
}

func locationTypes(types map[string]objectType) {
	types["LocationEditUserError"] = userErrorType(true)
	types["LocationEditPayload"] = payloadType("location:Location", "userErrors:[LocationEditUserError]")
	types["Location"] = objectType{interfaces: []string{"Node"}, fields: map[string]field{
		"id":                   get(func(l *location) any { return gid("Location", l.ID) }),
		"name":                 get(func(l *location) any { return l.Name }),
		"isActive":             get(func(l *location) any { return l.Active }),
		"fulfillsOnlineOrders": get(func(l *location) any { return l.fulfillsOnlineOrders() }),
		"isFulfillmentService": get(func(l *location) any { return l.Fulfillment }),
		"hasUnfulfilledOrders": get(func(l *location) any { return l.Unfulfilled }),
		"shipsInventory":       get(func(l *location) any { return l.fulfillsOnlineOrders() }),
	}}
	read := []string{"read_locations"}
	addFields(types["QueryRoot"], map[string]field{
		"locations": {of: "Location", shape: connection, nonNull: true, args: []string{"sortKey", "query", "includeInactive", "includeLegacy"}, scopes: read, resolve: locations},
		"location":  {of: "Location", args: []string{"id!"}, scopes: read, resolve: func(e *execution, _ any, args arguments) any { return e.node("Location", args["id"]) }},
	})
	addFields(types["Mutation"], map[string]field{
		"locationEdit": {of: "LocationEditPayload", args: []string{"id!", "input!"}, scopes: []string{"write_locations"}, resolve: editLocation},
	})
}

// locations leaves out those of fulfillment services of old only, of which there are none here.
func locations(e *execution, _ any, args arguments) any {
	return pageOfTable(args, e.world.Locations, func(l *location) bool { return l.Active || args.flag("includeInactive") })
}

func editLocation(e *execution, _ any, args arguments) any {
	found := e.node("Location", args["id"])
	if problem, ok := found.(*graphQLError); ok {
		return problem
	}
	l, ok := found.(*location)
	if !ok {
		return refuse("NOT_FOUND", "Location not found.", "id")
	}
	input := args.object("input")
	if online, given := input["fulfillsOnlineOrders"].(bool); given {
		if refused := e.world.onlineProblem(l, online); refused != nil {
			return refused
		}
		l.Online = online
	}
	if name, given := input.text("name"); given {
		l.Name = name
	}
	e.world.putLocation(l)
	return done("location", l)
}

// onlineProblem says why it cannot be changed whether a location ships online orders. That an inactive one cannot
// begin to is not recorded: it reads as false, so it is refused as invalid here.
func (w *world) onlineProblem(l *location, online bool) payload {
	switch {
	case l.Fulfillment:
		return refuse("CANNOT_MODIFY_ONLINE_ORDER_FULFILLMENT_FOR_FS_LOCATION", "Cannot modify the online order fulfillment for a fulfillment service location.", "input", "fulfillsOnlineOrders")
	case online && !l.Active:
		return refuse("INVALID", "Location is not active.", "id")
	case !online && l.fulfillsOnlineOrders() && !w.otherShipsOnline(l):
		return refuse("CANNOT_DISABLE_ONLINE_ORDER_FULFILLMENT", "Online order fulfillment could not be disabled for this location as it is the only location that fulfills online orders.", "input")
	}
	return nil
}

func (w *world) otherShipsOnline(than *location) bool {
	for _, l := range w.Locations {
		if l != than && l.fulfillsOnlineOrders() && !l.Fulfillment {
			return true
		}
	}
	return false
}
