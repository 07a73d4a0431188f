using MLNet.SynthAugment.Cli.Compare;

namespace MLNet.SynthAugment.Cli.Tests.Compare;

public sealed class CompareTableTests
{
    private const string Advice = "By them, leave synthetic images out.";

    [Fact]
    public void Where_no_amount_is_better_than_none_on_validation_it_says_so_whatever_the_test_images_say()
    {
        var text = Text(new ReportSample
        {
            RightOnValidation = arm => arm switch
            {
                { IsSynthetic: false } => 60,
                { Amount: 64 } => 55,
                _ => 50,
            },
            Right = (arm, _, _) => arm.IsSynthetic ? 90 : 50
        });
        Assert.Contains("5 shots, real + classic + datadream (64 per class): no better than real + classic on the images "
            + $"to choose by (−5.0 ± 0.0). {Advice}", text);
        Assert.DoesNotContain("(16 per class): no better", text);
    }

    [Fact]
    public void Where_an_amount_is_better_on_validation_it_does_not() =>
        Assert.DoesNotContain(Advice, Text(new ReportSample { Right = (arm, _, _) => arm.IsSynthetic ? 10 : 50 }));

    [Fact]
    public void Without_images_to_choose_by_it_does_not() =>
        Assert.DoesNotContain(Advice, Text(new ReportSample { RightOnValidation = null }));

    private static string Text(ReportSample sample)
    {
        using var output = new StringWriter();
        CompareTable.Write(sample.Create(), output);
        return output.ToString();
    }
}
