namespace SixLabors.ImageSharp;

public interface IDeepCloneable
{
    IDeepCloneable DeepClone();
}

public interface IDeepCloneable<out T>
    where T : class
{
    T DeepClone();
}
