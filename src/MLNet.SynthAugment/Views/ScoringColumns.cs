using System.Reflection;
using Microsoft.ML.Transforms;
using MLNet.SynthAugment.FewShot;

namespace MLNet.SynthAugment.Views;

/// <summary>
/// ML.NET's own transforms that add the columns of rows that were not fitted on. A saved pipeline holds these in this
/// step's place: ML.NET loads no third party's, and later steps name the columns.
/// </summary>
/// <remarks>
/// None of ML.NET's transforms makes a column of nothing. So the constants hang on the image column, without which
/// there is nothing to score: it is hashed, and the hash is looked up in tables that hold one value. Nobody reads them
/// in scoring, so that the hash costs nothing.
/// </remarks>
internal sealed class ScoringColumns
{
    // Columns with this prefix are dropped in the end.
    private const string Temporary = "SynthesizeFewShot.";
    private const string Nothing = Temporary + "Nothing";

    private readonly MLContext _ml = new();
    private readonly InputColumns _columns;
    private readonly AddedColumns _added;
    private readonly IReadOnlyList<ShotClass> _classes;
    private readonly List<ITransformer> _steps = [];
    private readonly List<string> _temporary = [];
    private IDataView _view;

    private ScoringColumns(
        DataViewSchema schema, InputColumns columns, AddedColumns added, IReadOnlyList<ShotClass> classes)
    {
        _view = new EmptyDataView(schema);
        _columns = columns;
        _added = added;
        _classes = classes;
    }

    /// <param name="schema">A schema with the label and image columns.</param>
    /// <param name="columns">These columns.</param>
    /// <param name="added">The added columns.</param>
    /// <param name="classes">The classes.</param>
    /// <param name="own">Names of added columns that the fitted data had themselves; they stay as they are.</param>
    public static TransformerChain<ITransformer> Create(
        DataViewSchema schema, InputColumns columns, AddedColumns added, IReadOnlyList<ShotClass> classes,
        IReadOnlySet<string> own) =>
        new ScoringColumns(schema, columns, added, classes).Create(own);

    private TransformerChain<ITransformer> Create(IReadOnlySet<string> own)
    {
        AddNothing();
        var row = Provenance.OfOtherRow;
        Action<string>[] add =
        [
            name => AddConstant(name, row.IsSynthetic),
            name => AddConstant(name, row.ExampleWeight),
            name => AddConstant(name, row.SourceId),
            name => AddConstant(name, row.Prompt),
            name => AddConstant(name, row.Seed),
            name => AddConstant(name, row.Score),
            AddSoftLabel,
        ];
        foreach (var (column, addColumn) in _added.Columns.Zip(add).Where(pair => !own.Contains(pair.First.Name)))
            addColumn(column.Name);
        Add(_ml.Transforms.DropColumns([.. _temporary]));
        return new TransformerChain<ITransformer>([.. _steps]);
    }

    // A column of empty texts.
    private void AddNothing()
    {
        var hashed = _columns.Image.Name;
        if (_columns.ImageKind == ImageColumnKind.Image)
        {
            var dot = AddTemporary("Dot", name => _ml.Transforms.ResizeImages(name, 1, 1, hashed));
            hashed = AddTemporary("Pixels", name => _ml.Transforms.ExtractPixels(name, dot));
        }
        var isVector = _columns.ImageKind != ImageColumnKind.Path;
        var hash = AddTemporary("Hash", name => _ml.Transforms.Conversion.Hash(
            new HashingEstimator.ColumnOptions(name, hashed, useOrderedHashing: false, combine: isVector)));
        AddTemporary("Nothing", name => Map(name, hash, [KeyValuePair.Create(0u, "")]));
    }

    private void AddConstant<T>(string name, T value) => Add(Map(name, Nothing, [KeyValuePair.Create("", value)]));

    // One-hot, and missing where the label is none of the classes'.
    private void AddSoftLabel(string name)
    {
        var labels = _classes.Select(found => found.Label).ToList();
        var text = AddLabelText();
        var keyData = _ml.Data.LoadFromEnumerable(labels.Select(label => new LabelRow { Label = label }));
        var conversion = _ml.Transforms.Conversion;
        var key = AddTemporary("Key", temporary => conversion.MapValueToKey(temporary, text, keyData: keyData));
        var oneHot = AddTemporary("OneHot", temporary => conversion.MapKeyToVector(temporary, key));
        // A table gives an empty text for what it does not hold.
        var known = AddTemporary("Known", temporary =>
            Map(temporary, text, labels.Select(label => KeyValuePair.Create(label, "known"))));
        var zero = AddTemporary("Zero", temporary =>
            Map(temporary, known, [KeyValuePair.Create("known", 0f), KeyValuePair.Create("", float.NaN)]));
        Add(_ml.Transforms.Expression(name, "(weights, zero) => weights + zero", oneHot, zero));
    }

    // A label that a trainer takes as it is, a pipeline need not have when it scores: it must not be asked for, and the
    // soft label is missing.
    private string AddLabelText()
    {
        if (_columns.Label.Type is TextDataViewType)
            return _columns.Label.Name;
        var type = _columns.Label.Type;
        if (type is KeyDataViewType or BooleanDataViewType || type == NumberDataViewType.Single)
            return Nothing;
        var map = typeof(ScoringColumns).GetMethod(nameof(MapLabels), BindingFlags.NonPublic | BindingFlags.Instance)!
            .MakeGenericMethod(type.RawType);
        return AddTemporary("Label", name => (IEstimator<ITransformer>)map.Invoke(this, [name])!);
    }

    private IEstimator<ITransformer> MapLabels<T>(string name) =>
        Map(name, _columns.Label.Name, _classes.Select(found => KeyValuePair.Create((T)found.LabelValue, found.Label)));

    private IEstimator<ITransformer> Map<TKey, TValue>(
        string name, string input, IEnumerable<KeyValuePair<TKey, TValue>> table) =>
        _ml.Transforms.Conversion.MapValue(name, table, input);

    private string AddTemporary(string name, Func<string, IEstimator<ITransformer>> create)
    {
        _temporary.Add(Temporary + name);
        Add(create(Temporary + name));
        return Temporary + name;
    }

    private void Add(IEstimator<ITransformer> step)
    {
        _steps.Add(step.Fit(_view));
        _view = _steps[^1].Transform(_view);
    }

    private sealed class LabelRow
    {
        public string Label { get; set; } = "";
    }
}
