using MLNet.SynthAugment.Trainers.Classifiers;
using MLNet.SynthAugment.Views;

namespace MLNet.SynthAugment.Trainers.Scoring;

/// <summary>Adds the scores to rows, one by one.</summary>
internal sealed class ScoringMapper : IRowToRowMapper
{
    private readonly RowScorer _scorer;
    private readonly DataViewSchema.Column _image;

    /// <exception cref="ArgumentException">The input has no such column of images.</exception>
    public ScoringMapper(DataViewSchema input, RowScorer scorer)
    {
        _scorer = scorer;
        _image = scorer.FindImages(input);
        InputSchema = input;
        OutputSchema = ScoreColumns.AppendTo(input, scorer.Classes);
    }

    public DataViewSchema InputSchema { get; }

    public DataViewSchema OutputSchema { get; }

    public IEnumerable<DataViewSchema.Column> GetDependencies(IEnumerable<DataViewSchema.Column> dependingColumns)
    {
        var needed = dependingColumns.Select(column => column.Index).ToHashSet();
        return [.. InputSchema.Where(
            column => needed.Contains(column.Index)
            || (column.Index == _image.Index && needed.Any(index => index >= InputSchema.Count)))];
    }

    public DataViewRow GetRow(DataViewRow input, IEnumerable<DataViewSchema.Column> activeColumns) =>
        new Row(input, OutputSchema, Getters.Active(OutputSchema, activeColumns), _scorer);

    private sealed class Row(DataViewRow input, DataViewSchema schema, bool[] active, RowScorer scorer) : DataViewRow
    {
        private Func<float[]>? _scores;

        public override DataViewSchema Schema => schema;

        public override long Position => input.Position;

        public override long Batch => input.Batch;

        public override ValueGetter<DataViewRowId> GetIdGetter() => input.GetIdGetter();

        public override bool IsColumnActive(DataViewSchema.Column column) => active[column.Index];

        public override ValueGetter<TValue> GetGetter<TValue>(DataViewSchema.Column column)
        {
            Getters.CheckActive(active, column);
            if (column.Index < input.Schema.Count)
                return input.GetGetter<TValue>(input.Schema[column.Index]);
            var scores = _scores ??= scorer.Open(input);
            Delegate getter = column.Name == ScoreColumns.Score
                ? (ValueGetter<VBuffer<float>>)((ref VBuffer<float> value) => Copy(scores(), ref value))
                // Keys count from 1.
                : (ValueGetter<uint>)((ref uint value) => value = (uint)Greatest(scores()) + 1);
            return Getters.Cast<TValue>(getter, column.Name);
        }

        protected override void Dispose(bool disposing)
        {
            if (disposing)
                input.Dispose();
            base.Dispose(disposing);
        }

        private static void Copy(float[] scores, ref VBuffer<float> value)
        {
            var editor = VBufferEditor.Create(ref value, scores.Length);
            scores.CopyTo(editor.Values);
            value = editor.Commit();
        }

        private static int Greatest(float[] scores) => Array.IndexOf(scores, scores.Max());
    }
}

/// <summary>The two columns that a classifier adds: the classes' probabilities, and the most probable class.</summary>
internal static class ScoreColumns
{
    public const string Score = "Score";
    public const string PredictedLabel = "PredictedLabel";

    /// <summary>
    /// The input's columns (hidden ones too, with their indices) and the added ones after them, scores first.
    /// </summary>
    public static DataViewSchema AppendTo(DataViewSchema input, ClassKeys classes)
    {
        var builder = new DataViewSchema.Builder();
        builder.AddColumns(input);
        builder.AddColumn(Score, new VectorDataViewType(NumberDataViewType.Single, classes.Count),
            TextAnnotation.Create(TextAnnotation.SlotNames, classes.Names));
        builder.AddColumn(PredictedLabel, new KeyDataViewType(typeof(uint), classes.Count),
            classes.KeyValueAnnotations);
        return builder.ToSchema();
    }
}
