using Microsoft.ML.Rows;
using Microsoft.ML.Runtime;
using Microsoft.ML.Trainers;

namespace Microsoft.ML.Data;

/// <summary>Adds Score, one number a class, and PredictedLabel, the key of the class with the highest.</summary>
public sealed class MulticlassPredictionTransformer<TModel> : SingleFeaturePredictionTransformerBase<TModel>
    where TModel : class
{
    private readonly IClassScorer _scorer;
    private readonly DataViewSchema.Column _label;

    internal MulticlassPredictionTransformer(IHost host, TModel model, DataViewSchema trainSchema, string featureColumn, string labelColumn)
        : base(host, model, featureColumn, trainSchema[featureColumn].Type)
    {
        _scorer = (IClassScorer)model;
        _label = trainSchema[labelColumn];
    }

    private protected override IEnumerable<ColumnMap> MapFeatures(DataViewSchema.Column features)
    {
        var scores = new PerRow<float[]>(row => CreateScorer(row, features));
        var scoreType = new VectorDataViewType(NumberDataViewType.Single, _scorer.ClassCount);
        yield return new ColumnMap(
            new DataViewSchema.DetachedColumn(MulticlassColumns.Score, scoreType, ScoreAnnotations()),
            [features.Index],
            (row, _) =>
            {
                var score = scores.For(row);
                return (ValueGetter<VBuffer<float>>)((ref VBuffer<float> destination) => VBuffer<float>.Copy(score(), 0, ref destination, _scorer.ClassCount));
            });
        yield return new ColumnMap(
            new DataViewSchema.DetachedColumn(MulticlassColumns.PredictedLabel, PredictedLabelType, PredictedLabelAnnotations()),
            [features.Index],
            (row, _) =>
            {
                var score = scores.For(row);
                return (ValueGetter<uint>)((ref uint destination) => destination = BestClass(score()));
            });
    }

    private KeyDataViewType PredictedLabelType => new(typeof(uint), _scorer.ClassCount);

    private Func<float[]> CreateScorer(DataViewRow row, DataViewSchema.Column features)
    {
        var getter = row.GetGetter<VBuffer<float>>(row.Schema[features.Index]);
        VBuffer<float> vector = default;
        var dense = new float[_scorer.FeatureCount];
        var scores = new float[_scorer.ClassCount];
        return () =>
        {
            getter(ref vector);
            vector.CopyTo(dense);
            _scorer.Score(dense, scores);
            return scores;
        };
    }

    // A score that is not a number wins nothing; without any number the prediction is missing.
    private static uint BestClass(float[] scores)
    {
        var best = -1;
        for (var c = 0; c < scores.Length; c++)
        {
            if (best < 0 ? !float.IsNaN(scores[c]) : scores[c] > scores[best])
                best = c;
        }

        return (uint)(best + 1);
    }

    // Without key values on the training label there are none on the prediction, and MapKeyToValue refuses it.
    private DataViewSchema.Annotations PredictedLabelAnnotations()
    {
        var builder = new DataViewSchema.Annotations.Builder();
        builder.Add(_label.Annotations, kind => kind == AnnotationKinds.KeyValues);
        return builder.ToAnnotations();
    }

    private DataViewSchema.Annotations ScoreAnnotations()
    {
        var builder = new DataViewSchema.Annotations.Builder();
        if (_label.HasKeyValues())
        {
            VBuffer<ReadOnlyMemory<char>> names = default;
            _label.GetKeyValues(ref names);
            var values = names.DenseValues().ToArray();
            builder.AddVector(AnnotationKinds.SlotNames, TextDataViewType.Instance, values);
            builder.AddVector(AnnotationKinds.TrainingLabelValues, TextDataViewType.Instance, values);
        }

        return builder.ToAnnotations();
    }

    private protected override void SaveCore(ModelSaveContext ctx)
    {
        ctx.SetLoader<MulticlassPredictionLoader>();
        ctx.Writer.Write(FeatureColumnName);
        ctx.Writer.Write(_label.Name);
        _scorer.Write(ctx.Writer);
        var builder = new DataViewSchema.Builder();
        builder.AddColumn(FeatureColumnName, FeatureColumnType);
        builder.AddColumn(_label.Name, _label.Type, PredictedLabelAnnotations());
        Files.BinaryViewFormat.Write(EmptyView.Of(builder.ToSchema()), ctx.Writer.BaseStream, keepHidden: true);
    }
}

internal sealed class MulticlassPredictionLoader : IModelLoader
{
    public ITransformer Load(IHostEnvironment env, ModelLoadContext ctx)
    {
        var features = ctx.Reader.ReadString();
        var label = ctx.Reader.ReadString();
        var model = MaximumEntropyModelParameters.Read(ctx.Reader);
        var schema = Files.BinaryViewFormat.Read(ctx.Reader.BaseStream).Schema;
        return new MulticlassPredictionTransformer<MaximumEntropyModelParameters>(env.Register("MulticlassPrediction"), model, schema, features, label);
    }
}
