namespace SixLabors.ImageSharp.Memory;

public struct MemoryAllocatorOptions
{
    private int? _allocationLimitMegabytes;

    public int? AllocationLimitMegabytes
    {
        readonly get => _allocationLimitMegabytes;
        set
        {
            if (value < 1)
                throw new ArgumentOutOfRangeException(nameof(AllocationLimitMegabytes), value, "An allocation limit has to be at least 1 MB.");
            _allocationLimitMegabytes = value;
        }
    }
}
