namespace TorchSharp;

// The functions form of Tensor's methods, S to Z.
public static partial class torch
{
    public static Tensor scatter(Tensor input, long dim, Tensor index, Tensor src) => input.scatter(dim, index, src);
    public static Tensor scatter_(Tensor input, long dim, Tensor index, Tensor src) => input.scatter_(dim, index, src);
    public static Tensor scatter_add(Tensor input, long dim, Tensor index, Tensor src) => input.scatter_add(dim, index, src);
    public static Tensor scatter_add_(Tensor input, long dim, Tensor index, Tensor src) => input.scatter_add_(dim, index, src);
    public static Tensor select(Tensor input, long dim, long index) => input.select(dim, index);
    public static Tensor select_scatter(Tensor input, Tensor src, long dim, long index) => input.select_scatter(src, dim, index);
    public static Tensor sgn(Tensor input) => input.sgn();
    public static Tensor sgn_(Tensor input) => input.sgn_();
    public static Tensor sigmoid(Tensor input) => input.sigmoid();
    public static Tensor sigmoid_(Tensor input) => input.sigmoid_();
    public static Tensor sign(Tensor input) => input.sign();
    public static Tensor sign_(Tensor input) => input.sign_();
    public static Tensor signbit(Tensor input) => input.signbit();
    public static Tensor sin(Tensor input) => input.sin();
    public static Tensor sin_(Tensor input) => input.sin_();
    public static Tensor sinc(Tensor input) => input.sinc();
    public static Tensor sinc_(Tensor input) => input.sinc_();
    public static Tensor sinh(Tensor input) => input.sinh();
    public static Tensor sinh_(Tensor input) => input.sinh_();
    public static Tensor slice_scatter(Tensor input, Tensor src, long dim = 0, long? start = null, long? end = null, long step = 1) =>
        input.slice_scatter(src, dim, start, end, step);
    public static (Tensor values, Tensor indices) sort(Tensor input, long dim = -1, bool descending = false, bool stable = false) =>
        input.sort(dim, descending, stable);
    public static Tensor[] split(Tensor tensor, long[] split_size_or_sections, long dim = 0) => tensor.split(split_size_or_sections, dim);
    public static Tensor sqrt(Tensor input) => input.sqrt();
    public static Tensor sqrt_(Tensor input) => input.sqrt_();
    public static Tensor square(Tensor input) => input.square();
    public static Tensor squeeze(Tensor input, long? dim = null) => input.squeeze(dim);
    public static Tensor squeeze_(Tensor input, long? dim = null) => input.squeeze_(dim);
    public static Tensor std(Tensor input, (long, long) dimensions, bool unbiased = true, bool keepdim = false, ScalarType? type = null) =>
        input.std(dimensions, unbiased, keepdim, type);
    public static Tensor std(Tensor input, (long, long, long) dimensions, bool unbiased = true, bool keepdim = false, ScalarType? type = null) =>
        input.std(dimensions, unbiased, keepdim, type);
    public static Tensor std(Tensor input, bool unbiased = true) => input.std(unbiased);
    public static Tensor std(Tensor input, long dimensions, bool unbiased = true, bool keepdim = false, ScalarType? type = null) =>
        input.std(dimensions, unbiased, keepdim, type);
    public static Tensor std(Tensor input, long[] dimensions, bool unbiased = true, bool keepdim = false, ScalarType? type = null) =>
        input.std(dimensions, unbiased, keepdim, type);
    public static (Tensor std, Tensor mean) std_mean(Tensor input, (long, long) dimensions, bool unbiased = true, bool keepdim = false, ScalarType? type = null) =>
        input.std_mean(dimensions, unbiased, keepdim, type);
    public static (Tensor std, Tensor mean) std_mean(Tensor input, (long, long, long) dimensions, bool unbiased = true, bool keepdim = false, ScalarType? type = null) =>
        input.std_mean(dimensions, unbiased, keepdim, type);
    public static (Tensor std, Tensor mean) std_mean(Tensor input, ReadOnlySpan<long> dimensions, bool unbiased = true, bool keepdim = false, ScalarType? type = null) =>
        input.std_mean(dimensions, unbiased, keepdim, type);
    public static (Tensor std, Tensor mean) std_mean(Tensor input, bool unbiased = true) => input.std_mean(unbiased);
    public static (Tensor std, Tensor mean) std_mean(Tensor input, long dimensions, bool unbiased = true, bool keepdim = false, ScalarType? type = null) =>
        input.std_mean(dimensions, unbiased, keepdim, type);
    public static (Tensor std, Tensor mean) std_mean(Tensor input, long[] dimensions, bool unbiased = true, bool keepdim = false, ScalarType? type = null) =>
        input.std_mean(dimensions, unbiased, keepdim, type);
    public static Tensor sub(Tensor left, Scalar right) => left.sub(right);
    public static Tensor sub(Tensor left, Tensor right) => left.sub(right);
    public static Tensor sub_(Tensor left, Scalar right) => left.sub_(right);
    public static Tensor sub_(Tensor left, Tensor right) => left.sub_(right);
    public static Tensor subtract(Tensor left, Scalar right) => left.subtract(right);
    public static Tensor subtract(Tensor left, Tensor right) => left.subtract(right);
    public static Tensor subtract_(Tensor left, Scalar right) => left.subtract_(right);
    public static Tensor subtract_(Tensor left, Tensor right) => left.subtract_(right);
    public static Tensor sum(Tensor input, ReadOnlySpan<long> dim, bool keepdim = false, ScalarType? type = null) => input.sum(dim, keepdim, type);
    public static Tensor sum(Tensor input, ScalarType? type = null) => input.sum(type);
    public static Tensor sum(Tensor input, long dim, bool keepdim = false, ScalarType? type = null) => input.sum(dim, keepdim, type);
    public static Tensor swapaxes(Tensor input, long axis0, long axis1) => input.swapaxes(axis0, axis1);
    public static Tensor swapdims(Tensor input, long dim0, long dim1) => input.swapdims(dim0, dim1);
    public static Tensor t(Tensor input) => input.t();
    public static Tensor take(Tensor input, Tensor index) => input.take(index);
    public static Tensor tan(Tensor input) => input.tan();
    public static Tensor tan_(Tensor input) => input.tan_();
    public static Tensor tanh(Tensor input) => input.tanh();
    public static Tensor tanh_(Tensor input) => input.tanh_();
    public static Tensor tensordot(Tensor a, Tensor b, long[] dims1, long[] dims2) => a.tensordot(b, dims1, dims2);
    public static Tensor tile(Tensor input, long[] dims) => input.tile(dims);
    public static (Tensor values, Tensor indices) topk(Tensor tensor, int k, int dim = -1, bool largest = true, bool sorted = true) =>
        tensor.topk(k, dim, largest, sorted);
    public static Tensor trace(Tensor input) => input.trace();
    public static Tensor transpose(Tensor input, long dim0, long dim1) => input.transpose(dim0, dim1);
    public static Tensor tril(Tensor input, long diagonal = 0) => input.tril(diagonal);
    public static Tensor tril_(Tensor input, long diagonal = 0) => input.tril_(diagonal);
    public static Tensor triu(Tensor input, long diagonal = 0) => input.triu(diagonal);
    public static Tensor triu_(Tensor input, long diagonal = 0) => input.triu_(diagonal);
    public static Tensor true_divide(Tensor dividend, Tensor divisor) => dividend.true_divide(divisor);
    public static Tensor true_divide_(Tensor dividend, Tensor divisor) => dividend.true_divide_(divisor);
    public static Tensor trunc(Tensor input) => input.trunc();
    public static Tensor trunc_(Tensor input) => input.trunc_();
    public static Tensor[] unbind(Tensor input, long dim = 0) => input.unbind(dim);
    public static Tensor unflatten(Tensor input, long dim, params long[] sizes) => input.unflatten(dim, sizes);
    public static Tensor unsqueeze(Tensor input, long dim) => input.unsqueeze(dim);
    public static Tensor unsqueeze_(Tensor input, long dim) => input.unsqueeze_(dim);
    public static Tensor var(Tensor input, (long, long) dimensions, bool unbiased = true, bool keepdim = false, ScalarType? type = null) =>
        input.var(dimensions, unbiased, keepdim, type);
    public static Tensor var(Tensor input, (long, long, long) dimensions, bool unbiased = true, bool keepdim = false, ScalarType? type = null) =>
        input.var(dimensions, unbiased, keepdim, type);
    public static Tensor var(Tensor input, bool unbiased = true) => input.var(unbiased);
    public static Tensor var(Tensor input, long dimensions, bool unbiased = true, bool keepdim = false, ScalarType? type = null) =>
        input.var(dimensions, unbiased, keepdim, type);
    public static Tensor var(Tensor input, long[] dimensions, bool unbiased = true, bool keepdim = false, ScalarType? type = null) =>
        input.var(dimensions, unbiased, keepdim, type);
    public static (Tensor var, Tensor mean) var_mean(Tensor input, (long, long) dimensions, bool unbiased = true, bool keepdim = false, ScalarType? type = null) =>
        input.var_mean(dimensions, unbiased, keepdim, type);
    public static (Tensor var, Tensor mean) var_mean(Tensor input, (long, long, long) dimensions, bool unbiased = true, bool keepdim = false, ScalarType? type = null) =>
        input.var_mean(dimensions, unbiased, keepdim, type);
    public static (Tensor var, Tensor mean) var_mean(Tensor input, ReadOnlySpan<long> dimensions, bool unbiased = true, bool keepdim = false, ScalarType? type = null) =>
        input.var_mean(dimensions, unbiased, keepdim, type);
    public static (Tensor var, Tensor mean) var_mean(Tensor input, bool unbiased = true) => input.var_mean(unbiased);
    public static (Tensor var, Tensor mean) var_mean(Tensor input, long dimensions, bool unbiased = true, bool keepdim = false, ScalarType? type = null) =>
        input.var_mean(dimensions, unbiased, keepdim, type);
    public static (Tensor var, Tensor mean) var_mean(Tensor input, long[] dimensions, bool unbiased = true, bool keepdim = false, ScalarType? type = null) =>
        input.var_mean(dimensions, unbiased, keepdim, type);
    public static Tensor vdot(Tensor input, Tensor target) => input.vdot(target);
    public static Tensor xlogy(Tensor x, Scalar y) => x.xlogy(y);
    public static Tensor xlogy(Tensor x, Tensor y) => x.xlogy(y);
    public static Tensor xlogy_(Tensor x, Scalar y) => x.xlogy_(y);
    public static Tensor xlogy_(Tensor x, Tensor y) => x.xlogy_(y);
}
