using Microsoft.ML.Data;

namespace Microsoft.ML.Rows;

/// <summary>Each row 0, 1, 2, ... times, Poisson(1)-distributed as in a bootstrap sample; or, as complement, those taken 0 times.</summary>
internal sealed class BootstrapView(IDataView source, int seed, bool complement) : IDataView
{
    public DataViewSchema Schema => source.Schema;

    public bool CanShuffle => false;

    public long? GetRowCount() => null;

    public DataViewRowCursor GetRowCursor(IEnumerable<DataViewSchema.Column> columnsNeeded, Random rand = null) =>
        new Cursor(source.GetRowCursor(columnsNeeded), new Random(seed), complement);

    public DataViewRowCursor[] GetRowCursorSet(IEnumerable<DataViewSchema.Column> columnsNeeded, int n, Random rand = null) =>
        [GetRowCursor(columnsNeeded)];

    private sealed class Cursor(DataViewRowCursor input, Random rand, bool complement) : DataViewRowCursor
    {
        private long _position = -1;
        private int _remaining;
        private int _copy;

        public override DataViewSchema Schema => input.Schema;

        public override long Position => _position;

        public override long Batch => input.Batch;

        public override bool MoveNext()
        {
            _copy++;
            while (_remaining == 0)
            {
                if (!input.MoveNext())
                    return false;
                var count = SamplePoisson(rand);
                _remaining = complement ? (count == 0 ? 1 : 0) : count;
                _copy = 0;
            }

            _remaining--;
            _position++;
            return true;
        }

        public override bool IsColumnActive(DataViewSchema.Column column) => input.IsColumnActive(column);

        // Copies of one row need different ids.
        public override ValueGetter<DataViewRowId> GetIdGetter()
        {
            var getter = input.GetIdGetter();
            return (ref DataViewRowId id) =>
            {
                getter(ref id);
                if (!complement)
                    id = id.Combine(new DataViewRowId((ulong)_copy, 0));
            };
        }

        public override ValueGetter<TValue> GetGetter<TValue>(DataViewSchema.Column column) => input.GetGetter<TValue>(column);

        protected override void Dispose(bool disposing)
        {
            if (disposing)
                input.Dispose();
            base.Dispose(disposing);
        }

        // Knuth's method: multiply uniform numbers until the product falls below e^-1.
        private static int SamplePoisson(Random rand)
        {
            var count = 0;
            for (var product = rand.NextDouble(); product > 1 / Math.E; product *= rand.NextDouble())
                count++;
            return count;
        }
    }
}
