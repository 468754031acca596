package sandbox

// merchantTypes are what a merchant does to a store behind the app's back. The app lacks the scopes for most of it.
func merchantTypes(types map[string]objectType) {
	types["ProductCreatePayload"] = payloadType("product:Product", "userErrors:[UserError]")
	types["ProductDeletePayload"] = payloadType("deletedProductId", "userErrors:[UserError]")
	types["LocationStatusUserError"] = userErrorType(true)
	types["LocationActivatePayload"] = payloadType("location:Location", "locationActivateUserErrors:[LocationStatusUserError]")
	types["LocationDeactivatePayload"] = payloadType("location:Location", "locationDeactivateUserErrors:[LocationStatusUserError]")
	types["LocationAddPayload"] = payloadType("location:Location", "userErrors:[LocationStatusUserError]")
	types["FulfillmentService"] = objectType{fields: map[string]field{
		"id":          get(func(l *location) any { return gid("FulfillmentService", l.ID) }),
		"serviceName": get(func(l *location) any { return l.Name }),
		"location":    object("Location", func(l *location) any { return l }),
	}}
	types["FulfillmentServicePayload"] = payloadType("fulfillmentService:FulfillmentService", "userErrors:[UserError]")
	types["AppUninstallPayload"] = payloadType("app:App", "userErrors:[LocationStatusUserError]")
	products, places := []string{"write_products"}, []string{"write_locations"}
	addFields(types["Mutation"], map[string]field{
		"productCreate":            {of: "ProductCreatePayload", args: []string{"product!"}, scopes: products, resolve: createProduct},
		"productUpdate":            {of: "ProductCreatePayload", args: []string{"product!"}, scopes: products, resolve: updateProduct},
		"productDelete":            {of: "ProductDeletePayload", args: []string{"input!"}, scopes: products, resolve: deleteProduct},
		"locationAdd":              {of: "LocationAddPayload", args: []string{"input!"}, scopes: places, resolve: addLocation},
		"locationActivate":         {of: "LocationActivatePayload", args: []string{"locationId!"}, scopes: places, keyed: true, resolve: activateLocation},
		"locationDeactivate":       {of: "LocationDeactivatePayload", args: []string{"locationId!", "destinationLocationId"}, scopes: places, keyed: true, resolve: deactivateLocation},
		"fulfillmentServiceCreate": {of: "FulfillmentServicePayload", args: []string{"name!", "callbackUrl"}, scopes: []string{"write_fulfillments"}, resolve: addFulfillmentService},
		"appUninstall":             {of: "AppUninstallPayload", resolve: uninstallApp},
	})
}

// createProduct publishes the new product where new products are published by themselves.
func createProduct(e *execution, _ any, args arguments) any {
	input := args.object("product")
	title, _ := input.text("title")
	if title == "" {
		return refuse("", "Title can't be blank", "title")
	}
	p := &product{ID: e.world.nextID(), Title: title, Status: "ACTIVE"}
	if status, ok := input.text("status"); ok {
		p.Status = status
	}
	e.world.putProduct(p)
	for _, publicationID := range sortedIDs(e.world.Publications, false) {
		if target := e.world.Publications[publicationID]; target.AutoPublish {
			e.world.publish(target, p.ID, true)
		}
	}
	return done("product", p)
}

func updateProduct(e *execution, _ any, args arguments) any {
	input := args.object("product")
	p, problem := e.productOf(input)
	if problem != nil {
		return problem
	}
	changed := *p
	if title, ok := input.text("title"); ok {
		changed.Title = title
	}
	if status, ok := input.text("status"); ok {
		changed.Status = status
	}
	e.world.putProduct(&changed)
	return done("product", &changed)
}

func deleteProduct(e *execution, _ any, args arguments) any {
	p, problem := e.productOf(args.object("input"))
	if problem != nil {
		return problem
	}
	e.world.Products.remove(p.ID)
	e.world.drop("product", id(p.ID))
	for _, publicationID := range sortedIDs(e.world.Publications, false) {
		e.world.publish(e.world.Publications[publicationID], p.ID, false)
	}
	return done("deletedProductId", gid("Product", p.ID))
}

// productOf returns the product an input is about, or what to answer when there is none.
func (e *execution) productOf(input arguments) (*product, any) {
	found := e.node("Product", input["id"])
	if problem, ok := found.(*graphQLError); ok {
		return nil, problem
	}
	if p, ok := found.(*product); ok {
		return p, nil
	}
	return nil, refuse("", "Product does not exist", "id")
}

func (w *world) putProduct(p *product) {
	w.Products.set(p)
	w.put("product", id(p.ID), p)
}

func addLocation(e *execution, _ any, args arguments) any {
	input := args.object("input")
	name, _ := input.text("name")
	if name == "" {
		return refuse("BLANK", "Add a location name.", "input", "name")
	}
	online := true
	if wanted, given := input["fulfillsOnlineOrders"].(bool); given {
		online = wanted
	}
	l := &location{ID: e.world.nextID(), Name: name, Active: true, Online: online}
	e.world.putLocation(l)
	return done("location", l)
}

func addFulfillmentService(e *execution, _ any, args arguments) any {
	name, _ := args.text("name")
	l := &location{ID: e.world.nextID(), Name: name, Active: true, Online: true, Fulfillment: true}
	e.world.putLocation(l)
	return done("fulfillmentService", l)
}

func activateLocation(e *execution, _ any, args arguments) any {
	const reasons = "locationActivateUserErrors"
	l, _ := e.node("Location", args["locationId"]).(*location)
	if l == nil {
		return refuseLocation(reasons, nil, "LOCATION_NOT_FOUND", "Location not found.")
	}
	l.Active = true
	e.world.putLocation(l)
	return payload{"location": l, reasons: []any{}}
}

func deactivateLocation(e *execution, _ any, args arguments) any {
	const reasons = "locationDeactivateUserErrors"
	l, _ := e.node("Location", args["locationId"]).(*location)
	switch {
	case l == nil:
		return refuseLocation(reasons, nil, "LOCATION_NOT_FOUND", "Location not found.")
	case l.fulfillsOnlineOrders() && !e.world.otherShipsOnline(l):
		return refuseLocation(reasons, l, "CANNOT_DISABLE_ONLINE_ORDER_FULFILLMENT", "At least one location must fulfill online orders.")
	}
	l.Active = false
	e.world.putLocation(l)
	return payload{"location": l, reasons: []any{}}
}

func refuseLocation(member string, l *location, code, message string) payload {
	reason := userError{field: []string{"locationId"}, code: code, message: message}
	return payload{"location": orNil(l), member: []any{reason}}
}

func uninstallApp(e *execution, _ any, _ arguments) any {
	if e.world.Installation == nil {
		return refuse("APP_NOT_INSTALLED", "The app is not installed.")
	}
	e.world.uninstall(e.now)
	return done("app", appOf(appID))
}
