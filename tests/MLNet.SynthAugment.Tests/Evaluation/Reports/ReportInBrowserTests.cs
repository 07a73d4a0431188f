using MLNet.SynthAugment.Evaluation.Comparisons;
using MLNet.SynthAugment.Evaluation.Reports;
using MLNet.SynthAugment.Selection;
using PuppeteerSharp;

namespace MLNet.SynthAugment.Tests.Evaluation.Reports;

/// <summary>
/// The report as a browser shows it, opened from disk. Screenshots lie in <c>report-screenshots</c> beside the tests'
/// assembly.
/// </summary>
public sealed class ReportInBrowserTests : IDisposable
{
    private readonly ComparisonFixture _files = new();

    public void Dispose() => _files.Dispose();

    [ChromiumFact]
    public async Task It_is_legible_at_each_width_in_light_and_dark_without_errors_and_without_a_network()
    {
        // 66 classes with hostile names, and pictures of another, small comparison.
        var small = _files.Comparison(
            _files.Options(new ScriptedTrainer()) with
            {
                Seeds = 1,
                Shots = [5],
                Selection = new ImageSelection
                { NearCopies = new NearCopyFilter(), MaxTries = 2 },
                Arms = [ArmKind.RealOnly, ArmKind.RealSynthetic]
            })
            .Run();
        var sample = new ReportSample
        {
            Classes = [.. Enumerable.Range(1, 66)
                .Select(number => number == 3
                    ? "</script><b onclick=alert(1)>" : $"Sanskrit character{number:00} with a long name")],
            Shots = [1, 5],
            Methods = ["datadream", "disef"],
            ImagesOfClass = 30,
            Settings = small.Settings,
            Syntheses = small.Syntheses,
            RightOnValidation = arm => arm.Amount == 64 ? 20 : 15,
            Right = (arm, shots, seed) => 10 + shots + (seed * (arm.IsSynthetic ? 2 : 1)) + (arm.IsAugmented ? 3 : 0)
                + (arm.Method == "datadream" ? arm.Amount / 16 : 0),
        };
        var path = Path.Combine(_files.Root, HtmlReport.FileName);
        HtmlReport.Write(path, sample.Create(), new HtmlReportOptions { Folder = _files.Out, Device = "cpu" });
        Assert.InRange(new FileInfo(path).Length, 1, 10_000_000);

        await using var browser =
            await Puppeteer.LaunchAsync(
            new LaunchOptions
            {
                ExecutablePath = ChromiumFactAttribute.Browser!,
                Headless = true,
                Args = ["--no-sandbox", "--disable-gpu", "--hide-scrollbars"]
            });
        foreach (var width in new[] { 1280, 400 })
        {
            foreach (var scheme in new[] { "light", "dark" })
                await Check(browser, path, width, scheme);
        }
    }

    private static async Task Check(IBrowser browser, string path, int width, string scheme)
    {
        await using var page = await browser.NewPageAsync();
        var (faults, requests) = (new List<string>(), new List<string>());
        page.Console += (_, message) => faults.Add(message.Message.Text);
        page.PageError += (_, error) => faults.Add(error.Message);
        page.Request += (_, request) => requests.Add(request.Request.Url);
        await page.SetViewportAsync(new ViewPortOptions { Width = width, Height = 900 });
        await page.EmulateMediaFeaturesAsync(
            [new MediaFeatureValue { MediaFeature = MediaFeature.PrefersColorScheme, Value = scheme }]);
        await page.GoToAsync(new Uri(path).AbsoluteUri, new NavigationOptions
        { Timeout = 0, WaitUntil = [WaitUntilNavigation.Load] });
        await page.WaitForFunctionAsync(
            "() => [...document.querySelectorAll('[data-chart]')].filter(place => "
                + "place.checkVisibility()).every(place => place.querySelectorAll('svg path').length > 3)",
                    new WaitForFunctionOptions { Timeout = 60_000 });

        Assert.Equal(5, await page.EvaluateExpressionAsync<int>("document.querySelectorAll('[data-chart]').length"));
        Assert.Equal(width, await page.EvaluateExpressionAsync<int>("document.documentElement.scrollWidth"));
        var folder = Directory.CreateDirectory(Path.Combine(AppContext.BaseDirectory, "report-screenshots")).FullName;
        await page.ScreenshotAsync(
            Path.Combine(folder, $"report-{width}-{scheme}.png"), new ScreenshotOptions { FullPage = true });

        await page.EvaluateExpressionAsync("document.querySelectorAll('details').forEach(part => part.open = true)");
        await page.WaitForFunctionAsync(
            "() => [...document.querySelectorAll('[data-chart]')].every(place => place.querySelector('svg') !== null)",
            new WaitForFunctionOptions { Timeout = 60_000 });
        Assert.Equal(width, await page.EvaluateExpressionAsync<int>("document.documentElement.scrollWidth"));
        Assert.True(await page.EvaluateExpressionAsync<bool>(
            "[...document.images].length > 20 && [...document.images].every(image => image.naturalWidth > 0)"));
        Assert.Equal(0, await page.EvaluateExpressionAsync<int>("document.querySelectorAll('[onclick]').length"));
        await CheckThatChartsFollow(page, scheme);
        Assert.Empty(faults);
        // Pictures are in the page itself.
        Assert.Equal([new Uri(path).AbsoluteUri],
            requests.Where(url => !url.StartsWith("data:", StringComparison.Ordinal)));
    }

    // Another scheme while the page is open, and back.
    private static async Task CheckThatChartsFollow(IPage page, string scheme)
    {
        const string AxisColour = "document.querySelector('[data-chart] svg text').getAttribute('fill')";
        var before = await page.EvaluateExpressionAsync<string>(AxisColour);
        await page.EmulateMediaFeaturesAsync(
            [new MediaFeatureValue { MediaFeature = MediaFeature.PrefersColorScheme, Value = scheme == "dark"
            ? "light" : "dark" }]);
        await page.WaitForFunctionAsync(
            $"before => {AxisColour} !== before", new WaitForFunctionOptions { Timeout = 60_000 }, before);
        await page.EmulateMediaFeaturesAsync(
            [new MediaFeatureValue { MediaFeature = MediaFeature.PrefersColorScheme, Value = scheme }]);
        await page.WaitForFunctionAsync(
            $"before => {AxisColour} === before", new WaitForFunctionOptions { Timeout = 60_000 }, before);
    }
}
