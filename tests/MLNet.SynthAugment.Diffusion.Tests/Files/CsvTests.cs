using MLNet.SynthAugment.Diffusion.Files;

namespace MLNet.SynthAugment.Diffusion.Tests.Files;

public sealed class CsvTests
{
    [Fact]
    public void What_is_written_is_read()
    {
        string[][] records = [["path", "caption"], ["a.png", "a \"red\", round\nthing"], ["b.png", ""], ["ü", "  x "]];
        var text = string.Join("\r\n", records.Select(Csv.Line));
        Assert.Equal(records, Csv.Read("table", text).Select(record => record.Fields));
    }

    [Fact]
    public void Records_know_their_lines_and_empty_lines_are_passed_over() =>
        Assert.Equal([1, 4, 6], Csv.Read("table", "a,b\n\n\"c\nd\",e\n\nf,g").Select(record => record.Line));

    [Fact]
    public void A_quote_that_is_never_closed_is_an_error_with_its_line() =>
        Assert.Contains("'table', line 2",
            Assert.Throws<InvalidDataException>(() => Csv.Read("table", "a,b\n\"c,d\n").ToList()).Message);
}
