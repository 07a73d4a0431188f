using System.Globalization;
using System.Text;

namespace Microsoft.ML.Data;

/// <summary>How often each class was predicted as each.</summary>
public sealed class ConfusionMatrix
{
    private readonly double[][] _counts;
    private readonly string[] _classNames;

    internal ConfusionMatrix(double[][] counts, string[] classNames)
    {
        _counts = counts;
        _classNames = classNames;
        PerClassPrecision = [.. Enumerable.Range(0, NumberOfClasses).Select(c => Ratio(counts[c][c], counts.Sum(row => row[c])))];
        PerClassRecall = [.. Enumerable.Range(0, NumberOfClasses).Select(c => Ratio(counts[c][c], counts[c].Sum()))];
    }

    /// <summary>Rows are actual classes, columns predicted ones.</summary>
    public IReadOnlyList<IReadOnlyList<double>> Counts => _counts;

    public int NumberOfClasses => _counts.Length;

    public IReadOnlyList<double> PerClassPrecision { get; }

    public IReadOnlyList<double> PerClassRecall { get; }

    public double GetCountForClassPair(int predictedClassIndicatorIndex, int actualClassIndicatorIndex)
    {
        CheckIndex(predictedClassIndicatorIndex, nameof(predictedClassIndicatorIndex));
        CheckIndex(actualClassIndicatorIndex, nameof(actualClassIndicatorIndex));
        return _counts[actualClassIndicatorIndex][predictedClassIndicatorIndex];
    }

    public string GetFormattedConfusionTable()
    {
        var cells = _counts.SelectMany(row => row.Select(Format)).Concat(_classNames).ToList();
        var width = cells.Max(cell => cell.Length) + 2;
        var table = new StringBuilder("Confusion table (rows: truth, columns: prediction)\n");
        table.Append(' ', width).AppendJoin("", _classNames.Select(name => name.PadLeft(width))).Append("  Recall\n");
        for (var c = 0; c < NumberOfClasses; c++)
        {
            table.Append(_classNames[c].PadLeft(width)).AppendJoin("", _counts[c].Select(count => Format(count).PadLeft(width)));
            table.Append("  ").Append(PerClassRecall[c].ToString("F4", CultureInfo.InvariantCulture)).Append('\n');
        }

        table.Append("Precision".PadLeft(width));
        table.AppendJoin("", PerClassPrecision.Select(precision => precision.ToString("F4", CultureInfo.InvariantCulture).PadLeft(width)));
        return table.Append('\n').ToString();
    }

    private static string Format(double count) => count.ToString(CultureInfo.InvariantCulture);

    private static double Ratio(double part, double whole) => whole > 0 ? part / whole : 0;

    private void CheckIndex(int index, string parameter)
    {
        if (index < 0 || index >= NumberOfClasses)
            throw new ArgumentOutOfRangeException(parameter, $"There are {NumberOfClasses} classes.");
    }
}
