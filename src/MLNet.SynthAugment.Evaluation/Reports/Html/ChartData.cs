namespace MLNet.SynthAugment.Evaluation.Reports.Html;

/// <summary>The numbers that the page's script draws, by the chart's name.</summary>
internal sealed class ChartData
{
    private readonly JsonObject _charts = [];

    /// <summary>Adds a curve.</summary>
    /// <returns>Its place in the page.</returns>
    public Markup Add(Curve curve)
    {
        _charts[curve.Id] = new JsonObject
        {
            ["type"] = "curve",
            ["xName"] = curve.XName,
            ["ticks"] = new JsonArray([.. curve.Ticks.Select(tick => JsonValue.Create(tick))]),
            ["lines"] = new JsonArray([.. curve.Lines.Select(line => new JsonObject
            {
                ["name"] = line.Name,
                ["kind"] = line.Kind.ToString(),
                ["tone"] = line.Tone,
                ["shown"] = line.IsShown,
                ["flat"] = line.IsFlat,
                ["points"] = new JsonArray(
                    [.. line.Points.Select(point => point is null
                    ? null : new JsonArray(PerCent(point.Mean), PerCent(point.HalfWidth)))]),
            })]),
        };
        return Place(curve.Id, curve.Title, "");
    }

    /// <summary>Adds gains of classes.</summary>
    /// <inheritdoc cref="Add(Curve)"/>
    public Markup Add(string id, string title, IReadOnlyList<ClassGain> gains)
    {
        _charts[id] = new JsonObject
        {
            ["type"] = "gains",
            ["classes"] = new JsonArray([.. gains.Select(gain => JsonValue.Create(gain.Class))]),
            ["values"] = new JsonArray(
                [.. gains.Select(gain =>
                new JsonArray(PerCent(gain.Difference.Mean), PerCent(gain.Difference.HalfWidth)))]),
        };
        return Place(id, title, $"height:{(gains.Count * 20) + 70}px");
    }

    /// <summary>All as JSON that may stand in a script element.</summary>
    // The writer's own encoder, unlike that of our files, leaves no < in a text.
    public Markup ToScript() =>
        Markup.Trusted($"<script type=\"application/json\" id=\"chart-data\">{_charts.ToJsonString()}</script>");

    private static Markup Place(string id, string title, string style) => ReportResources.ChartLibrary is null
        ? Markup.Empty
        : Markup.Of($"""
            <div class="chart">
            <div class="legend"></div>
            <div class="plot" data-chart="{id}" role="img" aria-label="{title}; the table below has the numbers"
                style="{style}"></div>
            </div>
            """);

    private static JsonNode? PerCent(double? share) => share is { } value && double.IsFinite(value)
        ? JsonValue.Create(Math.Round(100 * value, 3)) : null;
}
