namespace SixLabors.ImageSharp.Advanced;

public interface IConfigurationProvider
{
    Configuration Configuration { get; }
}
