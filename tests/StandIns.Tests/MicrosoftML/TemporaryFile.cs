namespace StandIns.Tests.MicrosoftML;

internal sealed class TemporaryFile(string extension) : IDisposable
{
    public string Path { get; } = System.IO.Path.Combine(System.IO.Path.GetTempPath(), $"{Guid.NewGuid():N}{extension}");

    public void Dispose() => File.Delete(Path);
}
