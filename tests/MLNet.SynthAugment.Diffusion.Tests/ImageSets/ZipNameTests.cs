using System.Text;
using MLNet.SynthAugment.Diffusion.ImageSets;

namespace MLNet.SynthAugment.Diffusion.Tests.ImageSets;

/// <summary>Names in zips of programs that do not say in which encoding they are.</summary>
public sealed class ZipNameTests : IDisposable
{
    private readonly ImageSetFixture _files = new();

    public void Dispose() => _files.Dispose();

    [Theory]
    [InlineData(932, "りんご", "梨")]
    [InlineData(932, "猫", "犬", "ネコ科")]
    [InlineData(932, "表示", "ソース")]
    [InlineData(936, "苹果", "香蕉", "梨")]
    [InlineData(932, "犬")]
    [InlineData(932, "猫")]
    [InlineData(932, "桃", "山")]
    [InlineData(936, "猫", "狗")]
    [InlineData(936, "鸟")]
    [InlineData(936, "小鸟")]
    [InlineData(1251, "собака", "кот")]
    [InlineData(866, "собака", "кот")]
    [InlineData(1252, "Größe", "Straße")]
    [InlineData(437, "État", "Äpfel", "Übung")]
    [InlineData(950, "中文")]
    [InlineData(949, "사과", "바나나", "고양이")]
    [InlineData(950, "蘋果", "貓咪", "狗狗")]
    [InlineData(437, "Äpfel", "Birnen")]
    [InlineData(850, "Café", "Øre", "naïve")]
    [InlineData(850, "África", "São Paulo")]
    [InlineData(1252, "Ä", "Ö")]
    [InlineData(1252, "Bär", "Löwe", "Füchse")]
    [InlineData(1252, "garçon", "forêt", "château")]
    [InlineData(1252, "niño", "corazón")]
    [InlineData(866, "яблоко", "груша")]
    [InlineData(1251, "яблоко", "Груша")]
    [InlineData(65001, "りんご", "Äpfel", "яблоко")]
    public void NamesReadAsTheyWereWritten(int codePage, params string[] classes)
    {
        var zip = Write(codePage, classes);
        Assert.Equal(classes.Order(StringComparer.Ordinal),
            ImageSetReader.Read(new(zip)).Select(entry => entry.ClassName));
    }

    [Fact]
    public void TheUnicodePathFieldCountsBeforeAllElseIfItIsOfThisName()
    {
        var zip = new RawZip()
            .Add("fox/1.png"u8.ToArray(), [1], unicodePath: "キツネ/1.png")
            .Add("owl/1.png"u8.ToArray(), [1], unicodePath: "フクロウ/1.png", isStale: true)
            .Add("ねこ/1.png"u8.ToArray(), [1], isUtf8: true)
            .Add([0x8E, .. "pfel/1.png"u8], [1]).Save(_files.PathOf("set.zip"));
        Assert.Equal(["owl", "Äpfel", "ねこ", "キツネ"], ImageSetReader.Read(new(zip)).Select(entry => entry.ClassName));
    }

    [Fact]
    public void AnOptionNamesAnotherCodePageAndTheOneThatWasFoundIsTold()
    {
        var zip = Write(1250, ["Žluťoučký", "kůň"]);
        Assert.Equal(["kůň", "Žluťoučký"],
            ImageSetReader.Read(new(zip) { ZipEncoding = "windows-1250" }).Select(entry => entry.ClassName));
        Assert.Equal(["kůň", "Žluťoučký"],
            ImageSetReader.Read(new(zip) { ZipEncoding = "1250" }).Select(entry => entry.ClassName));
        Assert.Contains("klingon",
            Assert.Throws<ArgumentException>(() => ImageSetReader.Open(new(zip) { ZipEncoding = "klingon" })).Message);
        var told = new List<string>();
        using (ImageSetReader.Open(new(Write(932, ["りんご"])), told.Add))
            Assert.Contains("shift_jis", Assert.Single(told));
    }

    [Fact]
    public void NamesOfAnyBytesStayApart()
    {
        // No encoding has all of these; none of them may become the sign for what cannot be read.
        byte[][] names = [[0x81], [0x82], [0xFF, 0xFE], [0xC4], [0xE9, 0x81], [0x87, 0x90], [0x81, 0xE0], [0xFA, 0x5B],
            [0x81, 0xE6]];
        foreach (var encoding in new[] { null, "utf-8", "shift_jis", "1252" })
        {
            var zip = names.Aggregate(new RawZip(), (all, name) => all.Add([.. name, .. "/1.png"u8], [1]))
                .Save(_files.PathOf("set.zip"));
            var classes = ImageSetReader.Read(new(zip) { ZipEncoding = encoding }).Select(entry => entry.ClassName)
                .ToList();
            Assert.Equal(names.Length, classes.Distinct().Count());
            Assert.DoesNotContain(classes, name => name.Contains('\uFFFD'));
        }
    }

    private string Write(int codePage, string[] classes)
    {
        var encoding = CodePagesEncodingProvider.Instance.GetEncoding(codePage) ?? Encoding.UTF8;
        var zip = new RawZip();
        foreach (var name in classes)
            zip.Add(encoding.GetBytes($"{name}/1.png"), [1]);
        return zip.Save(_files.PathOf($"{codePage}.zip"));
    }
}
