package db_test

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/otel/codes"
	sdktrace "go.opentelemetry.io/otel/sdk/trace"
	"go.opentelemetry.io/otel/sdk/trace/tracetest"
	"go.opentelemetry.io/otel/trace"

	"github.com/handback/handback/db"
	"github.com/handback/handback/db/dbtest"
	"github.com/handback/handback/models"
)

// traced is a repository whose spans are kept.
type traced struct {
	*db.Repository
	spans    *tracetest.SpanRecorder
	provider trace.TracerProvider
}

func openTraced(t *testing.T, databaseURL string) traced {
	t.Helper()
	spans := tracetest.NewSpanRecorder()
	provider := sdktrace.NewTracerProvider(sdktrace.WithSpanProcessor(spans))
	repository, err := db.Open(context.Background(), databaseURL, models.DefaultCatalogue(), db.WithTracing(provider))
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, repository.Close()) })
	return traced{repository, spans, provider}
}

// during returns the names of the statements' spans that do makes. Each must be a child of the span do is in.
func (r traced) during(t *testing.T, system string, do func(context.Context) error) []string {
	t.Helper()
	r.spans.Reset()
	ctx, parent := r.provider.Tracer("test").Start(t.Context(), "parent")
	require.NoError(t, do(ctx))
	parent.End()
	var names []string
	for _, span := range r.spans.Ended() {
		if span.Name() == "parent" {
			continue
		}
		require.Equal(t, parent.SpanContext().SpanID(), span.Parent().SpanID(), span.Name())
		require.Contains(t, attributes(span), "db.system.name="+system)
		require.Contains(t, attributes(span), "db.operation.name="+span.Name())
		names = append(names, span.Name())
	}
	return names
}

func attributes(span sdktrace.ReadOnlySpan) (list []string) {
	for _, attribute := range span.Attributes() {
		list = append(list, string(attribute.Key)+"="+attribute.Value.String())
	}
	return list
}

// text is everything that the spans say.
func (r traced) text() string {
	var text strings.Builder
	for _, span := range r.spans.Ended() {
		fmt.Fprintln(&text, span.Name(), attributes(span), span.Status(), span.Events(), span.Links())
	}
	return text.String()
}

func system(databaseURL string) string {
	if strings.HasPrefix(databaseURL, "sqlite:") {
		return "sqlite"
	}
	return "postgresql"
}

func TestTracedStatementsHaveSpans(t *testing.T) {
	const secret = "secret1234567"
	dbtest.Each(t, func(t *testing.T, databaseURL string) {
		r := openTraced(t, databaseURL)
		seller := register(t, r.Repository, secret+".myshopify.com")
		require.Empty(t, r.spans.Started(), "spans of no trace")

		recorder, text, begun := recordStatements(t, r.Repository), "", 0
		for _, call := range []func(context.Context) error{
			func(ctx context.Context) error {
				return second(r.ConnectTikTokShop(ctx, seller, owner(secret)))
			},
			func(ctx context.Context) error {
				return second(r.UpdateSettings(ctx, seller, []models.SettingInput{{Key: "order.tags", Value: `["` + secret + `"]`}}))
			},
			func(ctx context.Context) error { return second(r.Accounts(ctx, seller, everything)) },
			func(ctx context.Context) error {
				token := secret
				return refused(second(r.DisconnectTikTokShop(ctx, seller, models.DisconnectRequest{Confirm: true, PreviewToken: &token})))
			},
		} {
			var names, wanted []string
			for _, statement := range recorder.during(func() { names = r.during(t, system(databaseURL), call) }) {
				wanted = append(wanted, strings.Fields(statement)[0])
			}
			require.NotEmpty(t, names)
			require.Equal(t, wanted, names)
			text += r.text()
			begun += strings.Count(strings.Join(names, " "), "BEGIN")
		}
		require.Equal(t, 4, begun, "three writes, and a read of several statements")
		require.NotContains(t, text, secret)
		require.Contains(t, text, "db.query.text=SELECT")
	})
}

// TestSpansHideErrorMessages, in which the database quotes values.
func TestSpansHideErrorMessages(t *testing.T) {
	const secret = "secret1234567"
	dbtest.Each(t, func(t *testing.T, databaseURL string) {
		r := openTraced(t, databaseURL)
		quote, code := `CREATE TRIGGER quote BEFORE INSERT ON stores BEGIN SELECT RAISE(ABORT, NEW.name); END`, "1811"
		if system(databaseURL) == "postgresql" {
			quote, code = `CREATE FUNCTION quote() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION '%', NEW.name; END $$;
				CREATE TRIGGER quote BEFORE INSERT ON stores FOR EACH ROW EXECUTE FUNCTION quote()`, "P0001"
		}
		_, err := direct(t, databaseURL).ExecContext(t.Context(), quote)
		require.NoError(t, err)

		r.during(t, system(databaseURL), func(ctx context.Context) error {
			_, err := r.RegisterStore(ctx, models.Registration{Store: models.Store{Domain: "quoted", Name: secret, Region: "US"}})
			require.ErrorContains(t, err, secret)
			return nil
		})
		require.NotContains(t, r.text(), secret)
		failed := slices.DeleteFunc(r.spans.Ended(), func(span sdktrace.ReadOnlySpan) bool { return span.Status().Code != codes.Error })
		require.Len(t, failed, 1)
		require.Equal(t, "INSERT", failed[0].Name())
		require.Contains(t, attributes(failed[0]), "error.type="+code)
		require.Empty(t, failed[0].Status().Description)
		require.Empty(t, failed[0].Events())
	})
}
