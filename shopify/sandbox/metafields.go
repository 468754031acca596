package sandbox

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"strings"
)

const maxMetafields = 25 // of one mutation

// metafield is a value the app keeps in the store, out of the merchant's sight.
type metafield struct {
	ID        int64
	Namespace string
	Key       string
	Type      string
	Value     string
}

func (m *metafield) digest() string {
	sum := sha256.Sum256([]byte(m.Value))
	return hex.EncodeToString(sum[:])
}

func metafieldTypes(types map[string]objectType) {
	types["Metafield"] = objectType{interfaces: []string{"Node"}, fields: map[string]field{
		"id":            get(func(m *metafield) any { return gid("Metafield", m.ID) }),
		"namespace":     get(func(m *metafield) any { return m.Namespace }),
		"key":           get(func(m *metafield) any { return m.Key }),
		"type":          get(func(m *metafield) any { return m.Type }),
		"value":         get(func(m *metafield) any { return m.Value }),
		"compareDigest": get(func(m *metafield) any { return m.digest() }),
	}}
	reasons := userErrorType(true)
	reasons.fields["elementIndex"] = get(func(e userError) any { return e.index })
	types["MetafieldsSetUserError"] = reasons
	metafields := payloadType("metafields:[Metafield]", "userErrors:[MetafieldsSetUserError]")
	types["MetafieldsSetPayload"] = metafields
	addFields(types["AppInstallation"], map[string]field{
		"metafields": {of: "Metafield", shape: connection, args: []string{"namespace", "keys"}, resolve: metafieldPage},
		"metafield":  {of: "Metafield", args: []string{"key!", "namespace"}, resolve: metafieldByKey},
	})
	addFields(types["Mutation"], map[string]field{
		"metafieldsSet": {of: "MetafieldsSetPayload", args: []string{"metafields!"}, resolve: setMetafields},
	})
}

// namespaceOf writes out the namespace that only the app has: no namespace, or $app.
func namespaceOf(args arguments) string {
	namespace, given := args.text("namespace")
	own := "app--" + id(appID)
	if !given || namespace == "$app" {
		return own
	}
	if rest, ok := strings.CutPrefix(namespace, "$app:"); ok {
		return own + "--" + rest
	}
	return namespace
}

func metafieldPage(e *execution, _ any, args arguments) any {
	_, byNamespace := args.text("namespace")
	return pageOfTable(args, e.world.Metafields, func(m *metafield) bool {
		return !byNamespace || m.Namespace == namespaceOf(args)
	})
}

func metafieldByKey(e *execution, _ any, args arguments) any {
	key, _ := args.text("key")
	return orNil(e.world.metafield(namespaceOf(args), key))
}

func (w *world) metafield(namespace, key string) *metafield {
	for _, m := range w.Metafields {
		if m.Namespace == namespace && m.Key == key {
			return m
		}
	}
	return nil
}

// setMetafields writes all of them or none.
func setMetafields(e *execution, _ any, args arguments) any {
	inputs := args.objects("metafields")
	if len(inputs) > maxMetafields {
		return refuse("LESS_THAN_OR_EQUAL_TO", "Exceeded the maximum metafields input limit of 25.", "metafields")
	}
	for at, input := range inputs {
		if reason := e.metafieldProblem(input); reason != nil {
			reason.index = at
			reason.field = append([]string{"metafields", id(int64(at))}, reason.field...)
			return payload{"userErrors": []any{*reason}}
		}
	}
	set := []any{}
	for _, input := range inputs {
		set = append(set, e.world.setMetafield(input))
	}
	return done("metafields", set)
}

func (e *execution) metafieldProblem(input arguments) *userError {
	owner, _ := parseGID("AppInstallation", input["ownerId"])
	if e.world.Installation == nil || owner != e.world.Installation.ID {
		return &userError{field: []string{"ownerId"}, code: "INVALID", message: "Owner does not exist."}
	}
	key, _ := input.text("key")
	if len(key) < 2 || len(key) > 64 {
		return &userError{field: []string{"key"}, code: "TOO_SHORT", message: "Key must be from 2 to 64 characters long."}
	}
	present := e.world.metafield(namespaceOf(input), key)
	if kind, _ := input.text("type"); kind == "" && present == nil {
		return &userError{field: []string{"type"}, code: "BLANK", message: "Type can't be blank."}
	}
	value, _ := input.text("value")
	if kind, _ := input.text("type"); kind == "json" && !json.Valid([]byte(value)) {
		return &userError{field: []string{"value"}, code: "INVALID_VALUE", message: "Value is invalid JSON."}
	}
	if isStale(input, present) {
		return &userError{code: "STALE_OBJECT", message: "The resource has been updated since it was loaded. Try again with an updated `compareDigest` value."}
	}
	return nil
}

// isStale compares digests. null stands for no metafield; without the member any value may be replaced.
func isStale(input arguments, present *metafield) bool {
	wanted, compared := input["compareDigest"]
	if !compared {
		return false
	}
	if present == nil {
		return wanted != nil
	}
	return wanted != present.digest()
}

func (w *world) setMetafield(input arguments) *metafield {
	key, _ := input.text("key")
	m := w.metafield(namespaceOf(input), key)
	if m == nil {
		m = &metafield{ID: w.nextID(), Namespace: namespaceOf(input), Key: key}
		w.Metafields[m.ID] = m
	}
	if kind, ok := input.text("type"); ok {
		m.Type = kind
	}
	m.Value, _ = input.text("value")
	w.put("metafield", id(m.ID), m)
	return m
}
