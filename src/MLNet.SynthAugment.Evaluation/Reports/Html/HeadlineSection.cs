namespace MLNet.SynthAugment.Evaluation.Reports.Html;

/// <summary>The first thing in a report: what synthetic images add, a card for each number of shots.</summary>
internal static class HeadlineSection
{
    public static Markup Render(IReadOnlyList<Headline> headlines) => Markup.Of($"""
        <section id="result"><h2>What synthetic images add</h2>
        <p class="lead">{Headline.Summarize(headlines)}</p>
        <div class="cards">{Markup.Join(headlines.Select(Card))}</div></section>
        """);

    private static Markup Card(Headline headline) => Markup.Of($"""
        <article class="card {headline.Verdict.ToString().ToLowerInvariant()}">
        <h3>{Numbers.Count(headline.Shots, "shot", "shots")} a class <span class="verdict">{headline.Word}</span></h3>
        {(headline.Figure is null ? Markup.Empty : Markup.Of($"<p class=\"figure\">{headline.Figure} <small>points</small></p>"))}
        {Markup.Join(headline.Sentences.Select(sentence => Markup.Of($"<p>{Unbroken(sentence)}</p>")))}
        {(headline.Candidates.Count == 0 ? Markup.Empty : Markup.Of($"<ul>{Markup.Join(headline.Candidates.Select(sentence => Markup.Of($"<li>{Unbroken(sentence)}</li>")))}</ul>"))}
        </article>
        """);

    // A number and its sign belong on one line.
    private static string Unbroken(string sentence) => sentence.Replace(" %", "\u00a0%", StringComparison.Ordinal);
}
