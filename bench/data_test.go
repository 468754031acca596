package main

import (
	"slices"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestStoresAreCopiedOnce(t *testing.T) {
	for _, count := range []int{200, 1_001, 10_000} {
		next := first + 1
		for _, share := range shares(first+1, count, copiers) {
			require.Equal(t, next, share[0])
			require.GreaterOrEqual(t, share[1], share[0])
			next = share[1] + 1
		}
		require.Equal(t, count+1, next)
	}
}

func TestReadStoresAreNotWritten(t *testing.T) {
	for _, count := range []int{leastStores, 1_000, 10_000, 100_000} {
		read, written := spread(count, 0), spread(count, 1)
		require.Len(t, read, min(asked, count/2))
		require.Len(t, written, len(read))
		all := slices.Concat(read, written)
		slices.Sort(all)
		require.Len(t, slices.Compact(slices.Clone(all)), len(all), "no store is in both")
		require.GreaterOrEqual(t, all[0], first)
		require.LessOrEqual(t, all[len(all)-1], count)
		require.Greater(t, all[len(all)-1], count*9/10, "they are spread among all")
	}
}

func TestStoreCountsAreParsed(t *testing.T) {
	counts, err := (&bench{}).countsOf("100000,1000, 10000")
	require.NoError(t, err)
	require.Equal(t, []int{1_000, 10_000, 100_000}, counts)
	counts, err = (&bench{quick: true}).countsOf("1000,10000,100000")
	require.NoError(t, err)
	require.Equal(t, []int{1_000, 10_000}, counts, "a quick run leaves the many out")
	for _, wrong := range []string{"many", "199", "1000000"} {
		_, err := (&bench{}).countsOf(wrong)
		require.Error(t, err, wrong)
	}
}
