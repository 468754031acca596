package sandbox

// maxPublishables is how many a publication takes or gives up in one update.
const maxPublishables = 50

func publishingTypes(types map[string]objectType) {
	types["UserError"] = userErrorType(false)
	types["PublicationUserError"] = userErrorType(true)
	types["PublishablePayload"] = payloadType("publishable:Publishable", "userErrors:[UserError]")
	types["PublicationUpdatePayload"] = payloadType("publication:Publication", "userErrors:[PublicationUserError]")
	write := []string{"write_publications"}
	addFields(types["Mutation"], map[string]field{
		"publishablePublish":   {of: "PublishablePayload", args: []string{"id!", "input!"}, scopes: write, resolve: publish(true)},
		"publishableUnpublish": {of: "PublishablePayload", args: []string{"id!", "input!"}, scopes: write, resolve: publish(false)},
		"publicationUpdate":    {of: "PublicationUpdatePayload", args: []string{"id!", "input!"}, scopes: write, resolve: updatePublication},
	})
}

// publish sets whether a product is on publications. To set what is so already changes nothing, and is no error.
func publish(on bool) resolver {
	return func(e *execution, _ any, args arguments) any {
		found := e.node("Product", args["id"])
		if problem, ok := found.(*graphQLError); ok {
			return problem
		}
		item, ok := found.(*product)
		if !ok {
			return refuse("", "Resource does not exist", "id")
		}
		var targets []*publication
		for at, input := range args.objects("input") {
			publicationID, _ := parseGID("Publication", input["publicationId"])
			target := e.world.Publications[publicationID]
			if target == nil {
				return payload{"publishable": item, "userErrors": []any{
					userError{field: []string{"input", id(int64(at)), "publicationId"}, message: "Publication does not exist or is not publishable"},
				}}
			}
			targets = append(targets, target)
		}
		for _, target := range targets {
			e.world.publish(target, item.ID, on)
		}
		return done("publishable", item)
	}
}

func updatePublication(e *execution, _ any, args arguments) any {
	found := e.node("Publication", args["id"])
	if problem, ok := found.(*graphQLError); ok {
		return problem
	}
	p, ok := found.(*publication)
	if !ok {
		return refuse("PUBLICATION_NOT_FOUND", "Publication not found", "id")
	}
	input := args.object("input")
	add, remove := input.list("publishablesToAdd"), input.list("publishablesToRemove")
	if len(add)+len(remove) > maxPublishables {
		return refuse("PUBLICATION_UPDATE_LIMIT_EXCEEDED", "The limit for simultaneous publication updates has been exceeded.", "input")
	}
	_, sets := input["autoPublish"].(bool)
	if sets && e.sandbox.options.LockedPublication && p.AppID == appID {
		return refuse("CANNOT_MODIFY_APP_CATALOG_PUBLICATION", "Can't modify a publication of an app catalog.", "id")
	}
	if refused := e.publishAll(p, add, "publishablesToAdd", true); refused != nil {
		return refused
	}
	if refused := e.publishAll(p, remove, "publishablesToRemove", false); refused != nil {
		return refused
	}
	if sets {
		p.AutoPublish = input.flag("autoPublish")
		e.world.putPublication(p)
	}
	return done("publication", p)
}

// publishAll publishes all products or, when one does not exist, none.
func (e *execution) publishAll(p *publication, ids []any, member string, on bool) payload {
	for at, raw := range ids {
		if found, ok := e.node("Product", raw).(*product); !ok || found == nil {
			return refuse("INVALID_PUBLISHABLE_ID", "Publishable ID not found.", "input", member, id(int64(at)))
		}
	}
	for _, raw := range ids {
		productID, _ := parseGID("Product", raw)
		e.world.publish(p, productID, on)
	}
	return nil
}
