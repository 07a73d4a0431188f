using System.Net;
using MLNet.SynthAugment.Evaluation.Comparisons;
using MLNet.SynthAugment.Evaluation.Comparisons.Statistics;
using MLNet.SynthAugment.Evaluation.Reports;

namespace MLNet.SynthAugment.Tests.Evaluation.Reports;

/// <summary>The first sentences of a report are true whatever came out.</summary>
public sealed class HeadlineTests
{
    private const string Chosen =
        "With 5 shots per class, 64 synthetic images of each class by datadream, added to real images with classic "
            + "augmentation, ";

    [Fact]
    public void A_gain_says_by_how_much_with_interval_and_p_and_how_it_was_chosen()
    {
        var text = Text(new ReportSample { Right = (arm, _, seed) => With(arm, 50, 60) + Noise(arm, seed) });
        Assert.Contains(Chosen + "raised test accuracy by 10.0 points from 50.0 % to 60.0 % (95 % interval +7.5 to "
            + "+12.5, p = 0.003, 3 seeds).", text);
        Assert.Contains("Against real images only the difference is +10.0 points (95 % interval +7.5 to +12.5, p = "
            + "0.003).", text);
        Assert.Contains("It was chosen among 2 by its accuracy on the training images that are no shots; the test "
            + "images played no part.", text);
        Assert.Contains("Gain at 5 shots per class.", text);
    }

    [Fact]
    public void A_harm_is_called_one() =>
        Assert.Contains(Chosen + "lowered test accuracy by 10.0 points from 50.0 % to 40.0 % (95 % interval −12.5 to "
            + "−7.5, p = 0.003, 3 seeds): they did harm.",
            Text(new ReportSample { Right = (arm, _, seed) => With(arm, 50, 40) + Noise(arm, seed) }));

    [Fact]
    public void An_interval_with_0_shows_neither()
    {
        var text = Text(new ReportSample { Right = (arm, _, seed) => With(arm, 50, 52) + (5 * Noise(arm, seed)) });
        Assert.Contains("changed test accuracy by +2.0 points from 50.0 % to 52.0 %, but the interval includes 0 (95 "
            + "% interval −10.4 to +14.4, p = 0.560, 3 seeds): neither gain nor harm is shown.", text);
        Assert.Contains("No difference shown at 5 shots per class.", text);
    }

    [Fact]
    public void Equal_accuracies_are_no_difference() =>
        Assert.Contains("changed test accuracy by 0.0 points from 50.0 % to 50.0 %, but the interval includes 0 (95 "
            + "% interval 0.0 to 0.0, p = 1.000, 3 seeds)", Text(new ReportSample()));

    [Fact]
    public void One_seed_has_no_interval()
    {
        var text = Text(new ReportSample { Seeds = 1, Right = (arm, _, _) => With(arm, 50, 60) });
        Assert.Contains("changed test accuracy by +10.0 points from 50.0 % to 60.0 % with the one seed that was run. "
            + "One seed gives no interval: this may be chance.", text);
        Assert.Contains("Against real images only the difference is +10.0 points, with one seed.", text);
        Assert.Contains("One seed: nothing shown yet", text);
        Assert.Contains("There is one seed: no difference here has an interval", text);
        Assert.DoesNotContain("raised", text);
    }

    [Fact]
    public void The_best_on_test_is_not_chosen_but_the_best_on_validation()
    {
        var text = Text(new ReportSample { Right = (arm, _, _) => arm.Amount == 16 ? 90 : 50 });
        Assert.Contains(Chosen, text);
        Assert.DoesNotContain("16 synthetic images of each class by datadream, added", text);
    }

    [Theory]
    [InlineData(50, "+10.0 ± 0.0 points: by them one would take the synthetic images.")]
    [InlineData(60, "0.0 ± 0.0 points: by them one would leave the synthetic images out.")]
    [InlineData(65, "−5.0 ± 0.0 points: by them one would leave the synthetic images out.")]
    public void Whether_to_use_them_at_all_is_told_by_the_images_to_choose_by(int without, string expected) =>
        Assert.Contains($"On the training images that are no shots the difference to real + classic is {expected}",
            Text(new ReportSample
            {
                RightOnValidation = arm => arm.Amount == 64 ? 60 : arm.IsSynthetic
                ? 40 : without,
                Right = (arm, _, _) => With(arm, 50, 70)
            }));

    [Fact]
    public void A_rest_of_rounding_speaks_for_nothing()
    {
        // 0.1 + 0.2 − 0.3 is no 0.
        var results = new ReportSample { Amounts = [64] }.Create();
        var summaries = results.Summaries.Select(
            summary => summary with
            {
                AgainstBaselineOnValidation = new PairedDifference(
            0.1 + 0.2 - 0.3, 0.01, 1, 3)
            });
        Assert.Contains("points: by them one would leave the synthetic images out.",
            WebUtility.HtmlDecode(HtmlReport.Render(results with { Summaries = [.. summaries] })));
    }

    [Fact]
    public void With_nothing_to_choose_by_every_amount_is_given()
    {
        var text = Text(new ReportSample
        {
            RightOnValidation = null,
            Methods = ["datadream", "disef"],
            Right = (arm, _, seed) => With(arm, 50, 60) + Noise(arm, seed)
        });
        Assert.Contains("there were no images to choose an amount or method by, and the test images must not choose: "
            + "nothing is chosen, and every one is given.", text);
        foreach (var method in new[] { "datadream", "disef" })
        {
            foreach (var amount in new[] { 16, 64 })
                Assert.Contains($"real + classic + {method} ({amount} per class): With 5 shots per class, {amount} synthetic images of each class by {method}, added", text);
        }
        Assert.Contains("Nothing chosen at 5 shots per class.", text);
    }

    [Fact]
    public void A_single_arm_needs_no_choice()
    {
        var text = Text(new ReportSample { RightOnValidation = null, Amounts = [64] });
        Assert.Contains(Chosen, text);
        Assert.Contains("It is the only arm of its kind: nothing had to be chosen.", text);
    }

    [Fact]
    public void Missing_arms_are_named()
    {
        Assert.Contains("The arm of real images with classic augmentation was not run with 5 shots per class, so what "
            + "64 synthetic images of each class by datadream add to it is not known. Test accuracy with them is "
            + "50.0 ± 0.0 %.",
            Text(new ReportSample { Arms = [ArmKind.RealOnly, ArmKind.RealClassicSynthetic] }));
        Assert.Contains("Real images only were not run, so the difference to them is not known.",
            Text(new ReportSample { Arms = [ArmKind.RealClassic, ArmKind.RealClassicSynthetic] }));
        var text = Text(new ReportSample { Arms = [ArmKind.RealOnly, ArmKind.RealRepeated, ArmKind.RealSynthetic] });
        Assert.Contains("64 synthetic images of each class by datadream, added to as many rows of repeated real "
            + "images, changed", text);
        Assert.Contains("No arm with real images, classic augmentation and synthetic images was run; this is the arm "
            + "with real and synthetic images.", text);
        Assert.Contains("training on 64 synthetic images of each class by datadream instead of real images only "
            + "changed", Text(new ReportSample { Arms = [ArmKind.RealOnly, ArmKind.SyntheticOnly] }));
        Assert.Contains("no arm with synthetic images was run, so nothing can be said of them.",
            Text(new ReportSample { Arms = [ArmKind.RealOnly, ArmKind.RealClassic] }));
    }

    [Fact]
    public void Several_numbers_of_shots_have_a_card_each()
    {
        var text = Text(new ReportSample
        {
            Shots = [1, 5, 16],
            Right = (arm, shots, seed) => With(arm, 50, shots == 1 ? 60 : shots == 5 ? 40 : 50)
        + Noise(arm, seed)
        });
        Assert.Contains("By shots per class: gain at 1; harm at 5; no difference shown at 16.", text);
    }

    private static string Text(ReportSample sample) =>
        WebUtility.HtmlDecode(HtmlReport.Render(sample.Create())).Replace('\u00a0', ' ');

    private static int With(Arm arm, int without, int with) => arm.IsSynthetic ? with : without;

    // 1 point up and down around the mean at three seeds.
    private static int Noise(Arm arm, int seed) => arm.IsSynthetic ? seed - 2 : 0;
}
