using TorchSharp.Interop;

namespace TorchSharp;

// Functions of several tensors.
public static partial class torch
{
    public static Tensor cat(IList<Tensor> tensors, long dim = 0) => Dispatcher.One("aten::cat", tensors.ToArray(), dim);

    public static Tensor concat(IList<Tensor> tensors, long dim = 0) => cat(tensors, dim);

    public static Tensor stack(IEnumerable<Tensor> tensors, long dim = 0) => Dispatcher.One("aten::stack", tensors.ToArray(), dim);

    public static Tensor hstack(params Tensor[] tensors) => Dispatcher.One("aten::hstack", tensors);

    public static Tensor hstack(IList<Tensor> tensors) => hstack(tensors.ToArray());

    public static Tensor hstack(IEnumerable<Tensor> tensors) => hstack(tensors.ToArray());

    public static Tensor vstack(IList<Tensor> tensors) => Dispatcher.One("aten::vstack", tensors.ToArray());

    public static Tensor einsum(string equation, params Tensor[] tensors) => Dispatcher.One("aten::einsum", equation, tensors);

    public static Tensor where(Tensor condition, Tensor x, Tensor y) => x.where(condition, y);

    public static Tensor[] where(Tensor condition) => Dispatcher.Many("aten::where", condition);

    public static Tensor[] meshgrid(IEnumerable<Tensor> tensors, string indexing = "ij") =>
        Dispatcher.Many("aten::meshgrid.indexing", tensors.ToArray(), indexing);

    public static IList<Tensor> broadcast_tensors(params Tensor[] tensors) => Dispatcher.Many("aten::broadcast_tensors", tensors);

    public static Tensor softmax(Tensor input, int dim, ScalarType? dtype = null) => input.softmax(dim, dtype);

    public static Tensor norm(Tensor input) => input.norm();

    public static class linalg
    {
        public static Tensor norm(Tensor input, long[]? dims = null, bool keepdim = false) =>
            Dispatcher.One("aten::linalg_norm", input, Argument.Default, dims, keepdim);

        public static Tensor norm(Tensor input, double ord, long[]? dims = null, bool keepdim = false) =>
            Dispatcher.One("aten::linalg_norm", input, ord, dims, keepdim);

        public static Tensor vector_norm(Tensor input, double ord = 2, long[]? dims = null, bool keepdim = false) =>
            Dispatcher.One("aten::linalg_vector_norm", input, ord, dims, keepdim);

        public static Tensor matrix_norm(Tensor input, string ord = "fro", long[]? dims = null, bool keepdim = false) =>
            Dispatcher.One("aten::linalg_matrix_norm.str_ord", input, ord, dims ?? [-2, -1], keepdim);

        public static Tensor inv(Tensor input) => Dispatcher.One("aten::linalg_inv", input);

        public static Tensor det(Tensor input) => Dispatcher.One("aten::linalg_det", input);

        public static Tensor cholesky(Tensor input) => Dispatcher.One("aten::linalg_cholesky", input);

        public static Tensor pinv(Tensor input, double? atol = null, double? rtol = null, bool hermitian = false) =>
            Dispatcher.One("aten::linalg_pinv.atol_rtol_float", input, atol, rtol, hermitian);

        public static Tensor solve(Tensor A, Tensor B, bool left = true) => Dispatcher.One("aten::linalg_solve", A, B, left);

        public static Tensor eigvalsh(Tensor input, char UPLO = 'L') => Dispatcher.One("aten::linalg_eigvalsh", input, UPLO.ToString());

        public static (Tensor, Tensor) eigh(Tensor input, char UPLO = 'L') => Dispatcher.Two("aten::linalg_eigh", input, UPLO.ToString());

        public static Tensor svdvals(Tensor input) => Dispatcher.One("aten::linalg_svdvals", input);

        public static (Tensor U, Tensor S, Tensor Vh) svd(Tensor input, bool fullMatrices = true) =>
            Dispatcher.Three("aten::linalg_svd", input, fullMatrices);
    }
}
