namespace MLNet.SynthAugment.Tests.Evaluation.Reports;

/// <summary>A test in a browser; skipped where there is none.</summary>
public sealed class ChromiumFactAttribute : FactAttribute
{
    private static readonly string[] s_names = ["chromium", "chromium-browser", "google-chrome"];

    public ChromiumFactAttribute()
    {
        if (Browser is null)
            Skip = "There is no Chromium here (eng/setup-browser.sh installs it).";
    }

    /// <summary>The program; null if there is none.</summary>
    public static string? Browser { get; } =
        (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator)
        .SelectMany(folder => s_names.Select(name => Path.Combine(folder, name))).FirstOrDefault(File.Exists);
}
